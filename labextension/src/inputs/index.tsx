/** Data sets that a notebook reads: the section of the panel, and the commands that attach them. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Clipboard, ICommandPalette } from '@jupyterlab/apputils';
import { addIcon, copyIcon } from '@jupyterlab/ui-components';
import React from 'react';

import { Problem } from '../api/problem.js';
import { INotebooks, IOpenBIS, IOpenBISPanel } from '../tokens.js';
import { choose } from '../tree/chooser.js';
import { listedIcon } from '../tree/icons.js';
import { guarded } from '../ui/confirm.js';
import { IconButton } from '../ui/parts.js';
import { Inputs } from './inputs.js';
import { InputsSection, type InputsParts } from './section.js';

const ATTACH = 'openbis:attach';
const COPY = 'openbis:copy';
const COPY_PERM_ID = 'openbis:copy-perm-id';
const ATTACH_THIS = 'openbis:attach-this';

const inputsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'openbis-nb:inputs',
  description: 'The data sets that a notebook reads.',
  autoStart: true,
  requires: [IOpenBIS, IOpenBISPanel, INotebooks],
  optional: [ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    openbis: IOpenBIS,
    panel: IOpenBISPanel,
    notebooks: INotebooks,
    palette: ICommandPalette | null
  ): void => {
    const { commands } = app;
    const inputs = new Inputs(openbis, notebooks, app.serviceManager.contents);
    const parts: InputsParts = { openbis, notebooks, panel, inputs, commands };
    panel.addSection({
      id: 'inputs',
      title: openbis.trans.__('Inputs'),
      rank: 20,
      needsNotebook: true,
      Body: ({ notebook }) =>
        notebook === null ? null : <InputsSection parts={parts} notebook={notebook} />,
      Actions: () => (
        <IconButton
          icon={addIcon}
          label={openbis.trans.__('Attach data…')}
          onClick={() => void commands.execute(ATTACH)}
        />
      )
    });
    addCommands(app, parts);
    palette?.addItem({ command: ATTACH, category: openbis.trans.__('openBIS') });
    const selector = '.jp-openbis-panel [data-openbis-id]';
    app.contextMenu.addItem({
      command: ATTACH_THIS,
      selector: `${selector}[data-openbis-kind="data-set"]`,
      rank: 1
    });
    app.contextMenu.addItem({ command: COPY_PERM_ID, selector, rank: 2 });
  }
};

function addCommands(app: JupyterFrontEnd, parts: InputsParts): void {
  const { openbis, notebooks } = parts;
  const { commands } = app;
  const { trans } = openbis;
  const permIdBelow = (): string =>
    app.contextMenuHitTest(node => node.dataset['openbisId'] !== undefined)?.dataset['openbisId'] ?? '';
  commands.addCommand(ATTACH, {
    label: trans.__('Attach openBIS Data…'),
    caption: trans.__('Make data sets readable in the cells of this notebook'),
    icon: listedIcon,
    isEnabled: () => notebooks.current !== null,
    execute: args => guarded(openbis, () => attach(parts, args['permIds']))
  });
  commands.addCommand(ATTACH_THIS, {
    label: trans.__('Attach to the Notebook'),
    icon: listedIcon,
    isEnabled: () => notebooks.current !== null,
    execute: () => guarded(openbis, () => attach(parts, [permIdBelow()]))
  });
  commands.addCommand(COPY_PERM_ID, {
    label: trans.__('Copy permId'),
    icon: copyIcon,
    execute: () => Clipboard.copyToSystem(permIdBelow())
  });
  commands.addCommand(COPY, {
    label: trans.__('Copy'),
    execute: args => Clipboard.copyToSystem(typeof args['text'] === 'string' ? args['text'] : '')
  });
}

async function attach({ openbis, notebooks, inputs, panel }: InputsParts, asked: unknown): Promise<void> {
  const { trans } = openbis;
  const notebook = notebooks.current;
  if (notebook === null) {
    throw new Problem(trans.__('No notebook is open.'), 0, { next_step: trans.__('Open one first.') });
  }
  let permIds = Array.isArray(asked) ? asked.filter(one => typeof one === 'string' && one !== '') : [];
  if (permIds.length === 0) {
    const item = await choose(openbis, {
      title: trans.__('Attach data'),
      accept: trans.__('Attach'),
      hint: trans.__('Choose a data set: search for its name or permId, or find it in the tree.'),
      path: inputs.pathOf(notebook),
      withDataSets: true,
      fits: one => one.kind === 'data-set'
    });
    permIds = item === null ? [] : [item.permId];
  }
  if (permIds.length > 0) {
    panel.reveal('inputs');
    await inputs.attach(notebook, permIds as string[]);
  }
}

export const inputPlugins: JupyterFrontEndPlugin<unknown>[] = [inputsPlugin];
