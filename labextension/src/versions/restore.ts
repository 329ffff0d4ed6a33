/** A version as a new file, open in a tab of its own (N-24, N-47, row 85). */

import { Notification } from '@jupyterlab/apputils';

import type { Brought } from './shapes.js';
import type { Tools } from './tools.js';

/** Milliseconds that the news of it stays on screen. */
const STAYS = 8_000;

/** Beside the file at `path`, which stays as it is; in the root where there is none. */
export async function restore(tools: Tools, permId: string, path: string): Promise<void> {
  const body = path ? { perm_id: permId, path } : { perm_id: permId };
  opened(tools, await tools.openbis.api.work<Brought>('restore', body));
}

/** Open what was written, and say what it is. */
export function opened(tools: Pick<Tools, 'openbis' | 'documents'>, made: Brought): void {
  const { trans } = tools.openbis;
  const note = made.own
    ? trans.__('The version is in the new file %1.', made.path)
    : trans.__(
        'The version is in the new file %1. Its author is somebody else: saved, it is a notebook of your own.',
        made.path
      );
  Notification.success(note, { autoClose: STAYS });
  tools.documents.openOrReveal(made.path);
}
