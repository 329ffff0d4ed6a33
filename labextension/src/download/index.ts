/** A version of any notebook that the person may read, as a new file (O-70, N-45 to N-48, row 85). */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { IStateDB } from '@jupyterlab/statedb';

import { openbisIcon } from '../icons.js';
import { INotebooks, IOpenBIS } from '../tokens.js';
import { opened } from '../versions/restore.js';
import type { Brought } from '../versions/shapes.js';
import { Commands } from '../versions/tools.js';
import { folderOf } from '../versions/words.js';
import { DownloadDialog } from './dialog.js';

const download: JupyterFrontEndPlugin<void> = {
  id: 'openbis-nb:download',
  description: 'Downloads versions of notebooks from openBIS.',
  autoStart: true,
  requires: [IOpenBIS, INotebooks, IDocumentManager],
  optional: [IDefaultFileBrowser, IStateDB, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    openbis: IOpenBIS,
    notebooks: INotebooks,
    documents: IDocumentManager,
    browser: IDefaultFileBrowser | null,
    state: IStateDB | null,
    palette: ICommandPalette | null
  ): void => {
    const { trans, api } = openbis;
    const { contents } = app.serviceManager;
    /** The folder that the file browser shows; without one that of the notebook at hand. */
    const folder = (): string => {
      const shown = browser?.model.path ?? folderOf(notebooks.current?.context.path ?? '');
      return contents.driveName(shown) === '' ? contents.localPath(shown) : '';
    };
    app.commands.addCommand(Commands.download, {
      label: trans.__('Download from openBIS…'),
      caption: trans.__('A version of a notebook as a new file'),
      icon: args => (args['isPalette'] ? undefined : openbisIcon),
      execute: async () => {
        const into = folder();
        const { button, value } = await new DownloadDialog(openbis, state, into).launch();
        if (!button.accept || value === null) {
          return;
        }
        const body = { perm_id: value, folder: into };
        await api
          .work<Brought>('download', body)
          .then(made => opened({ openbis, documents }, made))
          .catch((error: unknown) => openbis.fail(error));
      }
    });
    palette?.addItem({
      command: Commands.download,
      category: trans.__('openBIS'),
      args: { isPalette: true }
    });
  }
};

export const downloadPlugins: JupyterFrontEndPlugin<unknown>[] = [download];
