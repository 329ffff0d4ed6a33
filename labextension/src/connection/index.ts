/** Whose session this server holds, and how a person logs in and out. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { IOpenBIS, IOpenBISSettings } from '../tokens.js';
import { addBanners } from './banner.js';
import { addCommands, CONNECTIONS } from './commands.js';
import { OpenBIS } from './openbis.js';
import { SessionStatus } from './status.js';

const connection: JupyterFrontEndPlugin<IOpenBIS> = {
  id: 'openbis-nb:connection',
  description: 'The openBIS of this Jupyter server.',
  autoStart: true,
  provides: IOpenBIS,
  requires: [IOpenBISSettings],
  optional: [ITranslator, INotebookTracker],
  activate: (
    app: JupyterFrontEnd,
    settings: IOpenBISSettings,
    translator: ITranslator | null,
    tracker: INotebookTracker | null
  ): IOpenBIS => {
    const trans = (translator ?? nullTranslator).load('openbis_nb');
    const openbis = new OpenBIS(app.serviceManager.serverSettings, trans, tracker);
    void app.restored.then(() => openbis.watch(settings));
    return openbis;
  }
};

const session: JupyterFrontEndPlugin<void> = {
  id: 'openbis-nb:session',
  description: 'Log in to openBIS and out, and see who is logged in.',
  autoStart: true,
  requires: [IOpenBIS, IOpenBISSettings],
  optional: [INotebookTracker, ICommandPalette, IStatusBar],
  activate: (
    { commands }: JupyterFrontEnd,
    openbis: IOpenBIS,
    settings: IOpenBISSettings,
    tracker: INotebookTracker | null,
    palette: ICommandPalette | null,
    statusBar: IStatusBar | null
  ): void => {
    addCommands(commands, palette, openbis);
    if (tracker !== null) {
      addBanners({ openbis, settings, tracker, commands });
    }
    const show = (): void =>
      void commands.execute(CONNECTIONS).catch((error: unknown) => openbis.fail(error));
    statusBar?.registerStatusItem('openbis-nb:session', {
      item: new SessionStatus(openbis, show),
      align: 'right',
      rank: 120
    });
  }
};

export const connectionPlugins: JupyterFrontEndPlugin<unknown>[] = [connection, session];
