/** The page goes away, or the server is about to be stopped: the person is warned, and drafts are kept. */

import { Notification } from '@jupyterlab/apputils';
import type { CommandRegistry } from '@lumino/commands';

import type { IOpenBIS, IRuns } from '../tokens.js';
import type { GuardSetting } from './setting.js';
import type { Unsaved } from './unsaved.js';

/** Milliseconds between two drafts of what is on screen while somebody works. */
const DRAFT_EVERY = 300_000;
/** Commands after which the server may be stopped. */
const STOPPING = ['filemenu:shutdown', 'hub:control-panel', 'hub:restart', 'hub:logout'];

export function guardPage(unsaved: Unsaved, setting: GuardSetting): void {
  window.addEventListener('beforeunload', event => {
    if (unsaved.all().length === 0) {
      return;
    }
    unsaved.keepDrafts('closed', true);
    if (setting.warns) {
      event.preventDefault();
    }
  });
  // A phone or a sleeping laptop ends pages without asking them.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') {
      unsaved.keepDrafts('closed', false);
    }
  });
  window.setInterval(() => unsaved.keepDrafts('idle', false), DRAFT_EVERY);
}

export function guardServer(
  commands: CommandRegistry,
  unsaved: Unsaved,
  openbis: IOpenBIS,
  runs: IRuns | null
): void {
  const { trans } = openbis;
  commands.commandExecuted.connect((_, { id }) => {
    const notebooks = unsaved.all().length;
    const atWork = runs?.atWork ?? 0;
    if (!STOPPING.includes(id) || notebooks + atWork === 0) {
      return;
    }
    unsaved.keepDrafts('closed', false);
    const said = [
      notebooks > 0
        ? trans._n(
            '%1 open notebook holds work that is not saved to openBIS; a draft is kept.',
            '%1 open notebooks hold work that is not saved to openBIS; drafts are kept.',
            notebooks
          )
        : '',
      atWork > 0
        ? trans._n(
            '%1 run in the background ends when the server is stopped.',
            '%1 runs in the background end when the server is stopped.',
            atWork
          )
        : ''
    ];
    Notification.warning(said.filter(Boolean).join(' '), { autoClose: false });
  });
}
