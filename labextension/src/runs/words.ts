/** How a run is said to people. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { RunDocument } from './shapes.js';

/** One or two words. */
export function stateWords(run: RunDocument, trans: TranslationBundle): string {
  switch (run.state) {
    case 'running':
      return trans.__('running');
    case 'stopping':
      return trans.__('being stopped');
    case 'saving':
      return trans.__('being saved');
    case 'saved':
      return trans.__('saved');
    case 'unchanged':
      return trans.__('nothing new');
    case 'outbox':
      return trans.__('waits in the outbox');
    case 'executed':
      return trans.__('done, not saved');
    case 'failed':
      return trans.__('failed');
    case 'stopped':
      return trans.__('stopped');
    case 'interrupted':
      return trans.__('interrupted');
    case 'unsaved':
      return trans.__('not saved');
  }
}

/** How it ended, with what to do. */
export function sentence(run: RunDocument, trans: TranslationBundle): string {
  const why = [run.problem?.detail, run.problem?.next_step].filter(Boolean).join(' ');
  switch (run.state) {
    case 'saved':
      return trans.__('“%1” has run in the background and is saved in openBIS.', run.name);
    case 'unchanged':
      return trans.__('“%1” has run in the background; openBIS has just this content.', run.name);
    case 'outbox':
      return trans.__(
        '“%1” has run in the background. Its version is kept here and will be sent to openBIS by itself.',
        run.name
      );
    case 'executed':
      return trans.__('“%1” has run in the background.', run.name);
    case 'stopped':
      return trans.__('“%1” was stopped. The copy holds what was reached.', run.name);
    default:
      return trans.__('“%1” did not run to its end, or was not saved: %2', run.name, why);
  }
}
