/** A notebook is closed within JupyterLab: said once when openBIS does not have what is in it. */

import { Notification } from '@jupyterlab/apputils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import type { CommandRegistry } from '@lumino/commands';

import type { INotebooks, IOpenBIS } from '../tokens.js';
import type { DraftDocument } from './shapes.js';
import type { Unsaved } from './unsaved.js';
import type { Waiting } from './waiting.js';

interface Parts {
  readonly commands: CommandRegistry;
  readonly contents: Contents.IManager;
  readonly notebooks: INotebooks;
  readonly openbis: IOpenBIS;
  readonly tracker: INotebookTracker;
  readonly unsaved: Unsaved;
  readonly waiting: Waiting;
}

export function guardTabs(parts: Parts): void {
  const follow = (panel: NotebookPanel): void => {
    const { context } = panel;
    let worked = false;
    let known = false;
    // What is known of its standing may be a second old when it is closed, so the server judges then.
    const note = (): void => {
      worked = worked || (!panel.isDisposed && parts.unsaved.wasWorkedOn(panel));
    };
    parts.notebooks.standingChanged.connect((_, one) => {
      if (one === panel && !panel.isDisposed) {
        known = known || parts.notebooks.details(panel) !== null;
        note();
      }
    });
    void context.ready.then(() => context.model.contentChanged.connect(note));
    context.disposed.connect(() => {
      if ((worked || !known) && parts.contents.driveName(context.path) === '') {
        closed(parts.contents.localPath(context.path), parts).catch(() => undefined); // it is gone already
      }
    });
  };
  parts.tracker.widgetAdded.connect((_, panel) => follow(panel));
  parts.tracker.forEach(follow);
}

async function closed(path: string, { commands, openbis, waiting }: Parts): Promise<void> {
  const { api, trans } = openbis;
  const { draft } = await api.post<{ draft: DraftDocument | null }>('drafts', { path, reason: 'closed' });
  if (draft === null) {
    return;
  }
  await waiting.refresh();
  const open = async (): Promise<void> => {
    await commands.execute('docmanager:open', { path });
    await commands.execute('openbis:save');
  };
  Notification.warning(trans.__('“%1” is not saved to openBIS.', draft.name), {
    autoClose: 15_000,
    actions: [
      {
        label: trans.__('Save now'),
        callback: () => void open().catch((error: unknown) => openbis.fail(error))
      },
      { label: trans.__('Show draft'), callback: () => void commands.execute('openbis:drafts') }
    ]
  });
}
