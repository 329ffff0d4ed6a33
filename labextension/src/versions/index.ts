/** Versions of the notebook at hand: listed, shown, compared, restored (N-07, N-10, rows 84 and 85). */

import { ILabShell, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, IThemeManager } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';

import { INotebooks, IOpenBIS, IOpenBISPanel } from '../tokens.js';
import { addCommands } from './commands.js';
import { versionsBody } from './list.js';
import { Commands, type Tools } from './tools.js';

const versions: JupyterFrontEndPlugin<void> = {
  id: 'openbis-nb:versions',
  description: 'Versions of notebooks in openBIS.',
  autoStart: true,
  requires: [IOpenBIS, INotebooks, IDocumentManager],
  optional: [IOpenBISPanel, ICommandPalette, ILabShell, IThemeManager],
  activate: (
    app: JupyterFrontEnd,
    openbis: IOpenBIS,
    notebooks: INotebooks,
    documents: IDocumentManager,
    panel: IOpenBISPanel | null,
    palette: ICommandPalette | null,
    labShell: ILabShell | null,
    themes: IThemeManager | null
  ): void => {
    const { trans } = openbis;
    const tools: Tools = { app, openbis, notebooks, documents, labShell, themes };
    addCommands(tools);
    panel?.addSection({
      id: 'versions',
      title: trans.__('Versions'),
      rank: 30,
      needsNotebook: true,
      Body: versionsBody(tools, panel)
    });
    for (const command of [Commands.changes, Commands.compare]) {
      palette?.addItem({ command, category: trans.__('openBIS') });
    }
  }
};

export const versionPlugins: JupyterFrontEndPlugin<unknown>[] = [versions];
