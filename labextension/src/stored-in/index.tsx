/** Where a notebook is stored: the section of the panel, and the command that changes it. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import React from 'react';

import { Problem } from '../api/problem.js';
import { INotebooks, IOpenBIS, IOpenBISPanel, IPlacePicker } from '../tokens.js';
import { placeIcon } from '../tree/icons.js';
import type { CardDocument } from '../tree/shapes.js';
import { guarded, postAsking } from '../ui/confirm.js';
import { StoredIn, type StoredInParts } from './section.js';

const CHANGE = 'openbis:change-place';

const storedIn: JupyterFrontEndPlugin<void> = {
  id: 'openbis-nb:stored-in',
  description: 'Where a notebook is stored.',
  autoStart: true,
  requires: [IOpenBIS, IOpenBISPanel, INotebooks, IPlacePicker],
  optional: [ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    openbis: IOpenBIS,
    panel: IOpenBISPanel,
    notebooks: INotebooks,
    picker: IPlacePicker,
    palette: ICommandPalette | null
  ): void => {
    const { commands, serviceManager } = app;
    const { trans } = openbis;
    const pathOf = (notebook: NotebookPanel): string =>
      serviceManager.contents.localPath(notebook.context.path);
    const parts: StoredInParts = { openbis, notebooks, panel, commands, pathOf };
    panel.addSection({
      id: 'stored-in',
      title: trans.__('Stored in'),
      rank: 10,
      needsNotebook: true,
      Body: ({ notebook }) => (notebook === null ? null : <StoredIn parts={parts} notebook={notebook} />)
    });
    commands.addCommand(CHANGE, {
      label: trans.__('Change Where It Is Stored…'),
      caption: trans.__('Choose the experiment or object of openBIS that this notebook belongs to'),
      icon: placeIcon,
      isEnabled: () => notebooks.current !== null,
      execute: args => guarded(openbis, () => change(parts, picker, args['owner']))
    });
    palette?.addItem({ command: CHANGE, category: trans.__('openBIS') });
  }
};

async function change(parts: StoredInParts, picker: IPlacePicker, asked: unknown): Promise<void> {
  const { openbis, notebooks, panel, pathOf } = parts;
  const notebook = notebooks.current;
  if (notebook === null) {
    const next_step = openbis.trans.__('Open one first.');
    throw new Problem(openbis.trans.__('No notebook is open.'), 0, { next_step });
  }
  const path = pathOf(notebook);
  const owner = typeof asked === 'string' && asked ? asked : (await picker.pick({ path }))?.perm_id;
  if (owner === undefined) {
    return;
  }
  if (notebook.context.model.dirty) {
    await notebooks.write(notebook); // the server reads the block from the file
  }
  const { block } = await postAsking<{ block: unknown }>(openbis, 'place', { path, owner });
  await notebooks.setBlock(notebook, block);
  panel.reveal('stored-in');
  await picker.remember(await openbis.api.get<CardDocument>('entity', { id: owner, path }));
}

export const storedInPlugins: JupyterFrontEndPlugin<unknown>[] = [storedIn];
