/** Open notebooks and how they stand; other plugins ask here. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import { Poll } from '@lumino/polling';

import { INotebooks, IOpenBIS } from '../tokens.js';
import { Notebooks } from './notebooks.js';

/** Milliseconds between two looks for newer versions, as long as the page is seen. */
const LOOK_EVERY = 120_000;
/** Between two announcements of kernels, which are good for twice as long. */
const ANNOUNCE_EVERY = 60_000;

const documents: JupyterFrontEndPlugin<INotebooks> = {
  id: 'openbis-nb:documents',
  description: 'Open notebooks and how they stand towards openBIS.',
  autoStart: true,
  provides: INotebooks,
  requires: [IOpenBIS, INotebookTracker],
  activate: (app: JupyterFrontEnd, openbis: IOpenBIS, tracker: INotebookTracker): INotebooks => {
    const notebooks = new Notebooks(openbis, tracker, app.serviceManager.contents);
    new Poll({
      name: 'openbis-nb:standing',
      factory: async () => {
        await app.restored;
        notebooks.refreshAll();
      },
      frequency: { interval: LOOK_EVERY, backoff: false },
      standby: 'when-hidden'
    });
    new Poll({
      name: 'openbis-nb:kernels',
      factory: () => notebooks.kernels.announceAll(),
      // Also while the page is hidden: cells run on, and save.
      standby: 'never',
      frequency: { interval: ANNOUNCE_EVERY, backoff: false }
    });
    return notebooks;
  }
};

export const documentPlugins: JupyterFrontEndPlugin<unknown>[] = [documents];
