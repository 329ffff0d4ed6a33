/** Notebooks and repositories from an address: looked at, taken over, and kept up to date (B-01 to B-37). */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, IThemeManager, Notification } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';

import { openbisIcon } from '../icons.js';
import { IOpenBIS, IOpenBISPanel } from '../tokens.js';
import { ImportBody, type ImportValue } from './body.js';
import { ImportDialog } from './dialog.js';
import { notebookBody, repositoryBody } from './form.js';
import { Repositories } from './list.js';
import { IMPORT, importsBody } from './section.js';
import type { RepositoryDocument } from './shapes.js';
import { askToken } from './tokens_dialog.js';

const HOSTS = 'openbis:hosts';
const STAYS = 8_000;

const imports: JupyterFrontEndPlugin<void> = {
  id: 'openbis-nb:imports',
  description: 'Imports notebooks and repositories from an address.',
  autoStart: true,
  requires: [IOpenBIS, IDocumentManager],
  optional: [IOpenBISPanel, IDefaultFileBrowser, ICommandPalette, IThemeManager],
  activate: (
    app: JupyterFrontEnd,
    openbis: IOpenBIS,
    documents: IDocumentManager,
    panel: IOpenBISPanel | null,
    browser: IDefaultFileBrowser | null,
    palette: ICommandPalette | null,
    themes: IThemeManager | null
  ): void => {
    const { commands, serviceManager } = app;
    const { api, trans } = openbis;
    const list = new Repositories(openbis);
    const folder = (): string => {
      const shown = browser?.model.path ?? '';
      const { contents } = serviceManager;
      return contents.driveName(shown) === '' ? contents.localPath(shown) : '';
    };

    const importNotebook = async (value: ImportValue, directory: string): Promise<void> => {
      const { form, url } = value;
      if (form?.facts.kind === 'notebook') {
        const going = Notification.emit(trans.__('Fetching the notebook…'), 'in-progress', {
          autoClose: false
        });
        const made = await api
          .work<{ path: string }>('imports', notebookBody(form, form.facts, url, directory))
          .finally(() => Notification.dismiss(going));
        Notification.success(trans.__('The notebook is in the new file %1.', made.path), {
          autoClose: STAYS
        });
        documents.openOrReveal(made.path);
      }
    };

    const importRepository = async (value: ImportValue, directory: string): Promise<void> => {
      const { form } = value;
      if (form?.facts.kind !== 'repository') {
        return;
      }
      const { facts } = form;
      panel?.reveal('imports');
      const made = await list.fetch(repositoryBody(form, facts, directory));
      Notification.success(fetchedWords(made), { autoClose: STAYS });
      await browser?.model.refresh();
      if (facts.open !== null && facts.open.endsWith('.ipynb')) {
        documents.openOrReveal(`${made.path}/${facts.open}`);
      } else if (commands.hasCommand('filebrowser:open-path')) {
        await commands.execute('filebrowser:open-path', { path: made.path });
      }
    };

    const fetchedWords = (made: RepositoryDocument): string =>
      trans._n(
        'The repository is in the new folder %2: %1 file.',
        'The repository is in the new folder %2: %1 files.',
        made.report.added,
        made.path
      );

    commands.addCommand(IMPORT, {
      label: trans.__('Import from a URL or Repository…'),
      caption: trans.__('A notebook or repository from GitHub, GitLab or any address'),
      icon: args => (args['isPalette'] ? undefined : openbisIcon),
      execute: async args => {
        const given = args['url'];
        const into = folder();
        const body = new ImportBody(openbis, themes, into, typeof given === 'string' ? given : '');
        const { button, value } = await new ImportDialog(openbis, body).launch();
        if (!button.accept || value === null || value.form === null) {
          return;
        }
        const work = value.form.facts.kind === 'notebook' ? importNotebook : importRepository;
        await work(value, into).catch((error: unknown) => openbis.fail(error));
      }
    });
    commands.addCommand(HOSTS, {
      label: trans.__('Access to Hosts…'),
      caption: trans.__('Tokens for private repositories'),
      execute: async () => {
        await askToken(openbis);
      }
    });
    for (const command of [IMPORT, HOSTS]) {
      palette?.addItem({ command, category: trans.__('openBIS'), args: { isPalette: true } });
    }
    panel?.addSection({
      id: 'imports',
      title: trans.__('Imports'),
      rank: 70,
      needsNotebook: false,
      offline: true,
      folded: true,
      Body: importsBody({ openbis, list, commands, panel })
    });
  }
};

export const importPlugins: JupyterFrontEndPlugin<unknown>[] = [imports];
