/** Code that reads data of openBIS: by a command, or by dropping a data set between two cells. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';

import { openbisIcon } from '../icons.js';
import { INotebooks, IOpenBIS } from '../tokens.js';
import { addInput } from './add_input.js';
import { askWanted } from './ask.js';
import { DropTarget } from './drop.js';
import { insertCode } from './insert.js';
import { type Wanted, wantedOfArgs } from './wanted.js';
import { guarded } from '../ui/confirm.js';

/** Inserts code that reads a data set, or a file of it: `permId`, `path`, `name`; it asks where none is given. */
const INSERT_CODE = 'openbis:insert-code';

const cells: JupyterFrontEndPlugin<void> = {
  id: 'openbis-nb:cells',
  description: 'Code that reads data of openBIS, by a command or by drag and drop.',
  autoStart: true,
  requires: [IOpenBIS, INotebookTracker],
  optional: [INotebooks, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    openbis: IOpenBIS,
    tracker: INotebookTracker,
    notebooks: INotebooks | null,
    palette: ICommandPalette | null
  ): void => {
    const { trans } = openbis;
    app.commands.addCommand(INSERT_CODE, {
      label: trans.__('Insert Code That Reads openBIS Data…'),
      caption: trans.__('A new cell below with code that reads a data set, or a file of it'),
      icon: openbisIcon,
      isEnabled: () => tracker.currentWidget !== null,
      execute: async args => {
        const panel = tracker.currentWidget;
        if (panel !== null) {
          await inserted(openbis, panel, wantedOfArgs(args));
        }
      }
    });
    palette?.addItem({ command: INSERT_CODE, category: trans.__('openBIS') });

    const follow = (panel: NotebookPanel): void => {
      new DropTarget(panel, (wanted, index) => void dropped(openbis, notebooks, panel, wanted, index));
    };
    tracker.forEach(follow);
    tracker.widgetAdded.connect((_, panel) => follow(panel));
  }
};

async function inserted(openbis: IOpenBIS, panel: NotebookPanel, given: Wanted | null): Promise<void> {
  try {
    const wanted = given ?? (await askWanted(openbis, panel));
    if (wanted !== null) {
      await insertCode(openbis, panel, wanted);
    }
  } catch (error) {
    openbis.fail(error);
  }
}

/** The data set becomes an input, and the code comes in any case: what is read counts as an input, too. */
async function dropped(
  openbis: IOpenBIS,
  notebooks: INotebooks | null,
  panel: NotebookPanel,
  wanted: Wanted,
  index: number
): Promise<void> {
  await guarded(openbis, async () => {
    await insertCode(openbis, panel, wanted, index);
    await addInput(openbis, notebooks, panel, wanted.permId);
  });
}

export const cellPlugins: JupyterFrontEndPlugin<unknown>[] = [cells];
