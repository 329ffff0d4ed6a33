/** Publishing: a saved version as a page for people who do not code (D-06, D-07, U-34). */

import { ILabShell, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, IThemeManager } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';

import { INotebooks, IOpenBIS } from '../tokens.js';
import { Commands, type Tools } from '../versions/tools.js';
import { publish } from './flow.js';
import type { Availability } from './shapes.js';

const publishing: JupyterFrontEndPlugin<void> = {
  id: 'openbis-nb:publish',
  description: 'Publishes notebooks as pages.',
  autoStart: true,
  requires: [IOpenBIS, INotebooks, IDocumentManager],
  optional: [ICommandPalette, ILabShell, IThemeManager],
  activate: (
    app: JupyterFrontEnd,
    openbis: IOpenBIS,
    notebooks: INotebooks,
    documents: IDocumentManager,
    palette: ICommandPalette | null,
    labShell: ILabShell | null,
    themes: IThemeManager | null
  ): void => {
    const { trans } = openbis;
    const { commands } = app;
    const tools: Tools = { app, openbis, notebooks, documents, labShell, themes };
    let available = false; // pages live in the service of a hub
    let busy = false;
    commands.addCommand(Commands.publish, {
      label: trans.__('Publish…'),
      caption: trans.__('As a page for people who do not code'),
      isVisible: () => available,
      isEnabled: args => available && (textOf(args['permId']) !== '' || notebooks.current !== null),
      execute: async args => {
        if (busy) {
          return;
        }
        busy = true;
        try {
          await publish(tools, textOf(args['permId']), textOf(args['name']));
        } catch (error) {
          openbis.fail(error);
        } finally {
          busy = false;
        }
      }
    });
    const look = async (): Promise<void> => {
      if (!available && openbis.session?.under_hub === true) {
        ({ available } = await openbis.api.get<Availability>('publishing'));
        commands.notifyCommandChanged(Commands.publish);
      }
    };
    const lookAgain = (): void => void look().catch(() => undefined); // asked again at the next news
    openbis.sessionChanged.connect(lookAgain);
    lookAgain();
    notebooks.currentChanged.connect(() => commands.notifyCommandChanged(Commands.publish));
    palette?.addItem({ command: Commands.publish, category: trans.__('openBIS') });
  }
};

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export const publishPlugins: JupyterFrontEndPlugin<unknown>[] = [publishing];
