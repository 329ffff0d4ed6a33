/** Work that openBIS does not have: the person is warned, drafts are kept, and what waits is shown (U-13, U-14). */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { INotebooks, IOpenBIS, IOpenBISPanel, IPlacePicker, IRuns } from '../tokens.js';
import { guardTabs } from './closing.js';
import { guardPage, guardServer } from './leaving.js';
import { outboxBody } from './section.js';
import { GuardSetting } from './setting.js';
import { Unsaved } from './unsaved.js';
import { Waiting } from './waiting.js';

const guards: JupyterFrontEndPlugin<void> = {
  id: 'openbis-nb:guards',
  description: 'Keeps work that is not saved to openBIS.',
  autoStart: true,
  requires: [IOpenBIS, INotebooks, INotebookTracker],
  optional: [IOpenBISPanel, ICommandPalette, ISettingRegistry, IPlacePicker, IRuns],
  activate: (
    app: JupyterFrontEnd,
    openbis: IOpenBIS,
    notebooks: INotebooks,
    tracker: INotebookTracker,
    panel: IOpenBISPanel | null,
    palette: ICommandPalette | null,
    settings: ISettingRegistry | null,
    places: IPlacePicker | null,
    runs: IRuns | null
  ): void => {
    const { commands, serviceManager } = app;
    const { trans } = openbis;
    const setting = new GuardSetting(settings);
    const unsaved = new Unsaved(tracker, notebooks, setting, serviceManager.serverSettings);
    const waiting = new Waiting(openbis, app.restored);
    guardPage(unsaved, setting);
    guardServer(commands, unsaved, openbis, runs);
    const { contents } = serviceManager;
    guardTabs({ commands, contents, notebooks, openbis, tracker, unsaved, waiting });
    const show = async (): Promise<void> => {
      panel?.reveal('outbox');
      await waiting.refresh();
    };
    commands.addCommand('openbis:outbox', { label: trans.__('Show the Outbox'), execute: show });
    commands.addCommand('openbis:drafts', { label: trans.__('Show Drafts'), execute: show });
    for (const command of ['openbis:outbox', 'openbis:drafts']) {
      palette?.addItem({ command, category: trans.__('openBIS') });
    }
    panel?.addSection({
      id: 'outbox',
      title: trans.__('Outbox and drafts'),
      rank: 60,
      needsNotebook: false,
      offline: true,
      Body: outboxBody({ openbis, waiting, commands, places })
    });
    panel?.refreshed.connect(() => void waiting.refresh());
  }
};

export const guardPlugins: JupyterFrontEndPlugin<unknown>[] = [guards];
