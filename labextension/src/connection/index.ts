/** Whose session this server holds: asked at the start, every minute, and when a call says that it is over. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { IOpenBIS } from '../tokens.js';
import { OpenBIS } from './openbis.js';

const connection: JupyterFrontEndPlugin<IOpenBIS> = {
  id: 'openbis-nb:connection',
  description: 'The openBIS of this Jupyter server.',
  autoStart: true,
  provides: IOpenBIS,
  optional: [ITranslator],
  activate: (app: JupyterFrontEnd, translator: ITranslator | null): IOpenBIS => {
    const trans = (translator ?? nullTranslator).load('openbis_nb');
    const openbis = new OpenBIS(app.serviceManager.serverSettings, trans);
    void app.restored.then(() => openbis.watch());
    return openbis;
  }
};

export const connectionPlugins: JupyterFrontEndPlugin<unknown>[] = [connection];
