/** Notebooks that run in the background on the person's own server, and are saved at their end (F-03). */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';

import { INotebooks, IOpenBIS, IOpenBISPanel, IRuns } from '../tokens.js';
import { runsBody } from './section.js';
import { startRun } from './start.js';
import { RunsWatch } from './watch.js';

const START = 'openbis:run-in-background';

const runs: JupyterFrontEndPlugin<IRuns> = {
  id: 'openbis-nb:runs',
  description: 'Runs notebooks in the background and saves them.',
  autoStart: true,
  provides: IRuns,
  requires: [IOpenBIS, INotebooks],
  optional: [IOpenBISPanel, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    openbis: IOpenBIS,
    notebooks: INotebooks,
    panel: IOpenBISPanel | null,
    palette: ICommandPalette | null
  ): IRuns => {
    const { commands } = app;
    const { trans } = openbis;
    const watch = new RunsWatch(openbis, commands, app.restored);
    commands.addCommand(START, {
      label: trans.__('Run in Background and Save…'),
      caption: trans.__('Your server runs a copy and saves it to openBIS; the browser may be closed'),
      isEnabled: () => notebooks.current !== null,
      execute: async () => {
        const notebook = notebooks.current;
        if (notebook === null) {
          return;
        }
        try {
          if ((await startRun(notebook, notebooks, openbis)) !== null) {
            panel?.reveal('runs');
            await watch.refresh();
          }
        } catch (error) {
          openbis.fail(error);
        }
      }
    });
    notebooks.currentChanged.connect(() => commands.notifyCommandChanged(START));
    palette?.addItem({ command: START, category: trans.__('openBIS') });
    panel?.addSection({
      id: 'runs',
      title: trans.__('Running in background'),
      rank: 50,
      needsNotebook: false,
      offline: true,
      Body: runsBody(openbis, watch, commands)
    });
    panel?.refreshed.connect(() => void watch.refresh());
    watch.ended.connect(() => {
      if (notebooks.current !== null) {
        // openBIS has a version more, perhaps of this very notebook.
        notebooks.refresh(notebooks.current).catch((error: unknown) => openbis.fail(error));
      }
    });
    return watch;
  }
};

export const runPlugins: JupyterFrontEndPlugin<unknown>[] = [runs];
