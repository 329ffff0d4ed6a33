/** The commands of saving: palette, menu, shortcuts and context menu lead to them (schema/plugin.json). */

import type { ICommandPalette } from '@jupyterlab/apputils';
import type { CommandRegistry } from '@lumino/commands';

import type { INotebooks, IOpenBIS } from '../tokens.js';
import type { How, SaveFlow } from './flow.js';
import { saveIcon } from './icons.js';
import { openPage } from './links.js';
import type { SaveSetting } from './setting.js';

interface Parts {
  readonly openbis: IOpenBIS;
  readonly notebooks: INotebooks;
  readonly flow: SaveFlow;
  readonly setting: SaveSetting;
}

export function addCommands(
  commands: CommandRegistry,
  palette: ICommandPalette | null,
  { openbis, notebooks, flow, setting }: Parts
): void {
  const { trans } = openbis;
  const isEnabled = (): boolean => notebooks.current !== null;
  const save = async (how: How): Promise<void> => {
    if (notebooks.current !== null) {
      await flow.save(notebooks.current, how);
    }
  };
  const known = (): ReturnType<INotebooks['details']> =>
    notebooks.current === null ? null : notebooks.details(notebooks.current);
  commands.addCommand('openbis:save', {
    label: trans.__('Save to openBIS'),
    caption: trans.__('Make this notebook’s next version in openBIS'),
    icon: args => (args['isPalette'] ? undefined : saveIcon),
    isEnabled,
    execute: () => save(setting.how)
  });
  commands.addCommand('openbis:save-as', {
    label: trans.__('Save to openBIS As…'),
    caption: trans.__('Choose name, notes, place, type, result files and inputs'),
    isEnabled,
    execute: () => save('dialog')
  });
  commands.addCommand('openbis:save-now', {
    label: trans.__('Save to openBIS Without Asking'),
    caption: trans.__('With the name, place and result files that the dialog would suggest'),
    isEnabled,
    execute: () => save('now')
  });
  commands.addCommand('openbis:open-in-eln', {
    label: trans.__('Open in the ELN'),
    isEnabled: () => Boolean(known()?.eln_link),
    execute: () => openPage(known()?.eln_link)
  });
  commands.addCommand('openbis:open-in-library', {
    label: trans.__('Open in the Library'),
    isEnabled: () => Boolean(known()?.page),
    execute: () => openPage(known()?.page)
  });
  for (const command of ['save', 'save-as', 'save-now', 'open-in-eln', 'open-in-library']) {
    palette?.addItem({
      command: `openbis:${command}`,
      category: trans.__('openBIS'),
      args: { isPalette: true }
    });
  }
  notebooks.standingChanged.connect(() => commands.notifyCommandChanged());
  notebooks.currentChanged.connect(() => commands.notifyCommandChanged());
}
