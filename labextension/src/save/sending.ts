/** The save itself: asked of the server, followed, and told as a notification. */

import { Notification } from '@jupyterlab/apputils';
import type { CommandRegistry } from '@lumino/commands';

import type { IOpenBIS } from '../tokens.js';
import { openPage } from './links.js';
import type { SaveBody, SaveProgress, SaveResult } from './shapes.js';

/** Milliseconds that the end of a save stays on screen; it stays in the list of notifications. */
const END_STAYS = 12_000;

/**
 * Have it saved.
 *
 * @throws Problem - why it was not; nothing stays on screen then.
 */
export async function send(body: SaveBody, name: string, openbis: IOpenBIS): Promise<SaveResult> {
  const { api, trans } = openbis;
  const id = Notification.emit(trans.__('Saving “%1” to openBIS…', name), 'in-progress', {
    autoClose: false
  });
  try {
    return await api.work<SaveResult, SaveProgress>('save', body, ({ message }) => {
      if (message) {
        Notification.update({ id, message });
      }
    });
  } finally {
    Notification.dismiss(id);
  }
}

/** Tell how it ended, with the ways to what there is now. */
export function tell(result: SaveResult, openbis: IOpenBIS, commands: CommandRegistry): void {
  const { trans } = openbis;
  switch (result.state) {
    case 'saved':
      Notification.success(sentence(trans.__('“%1” is saved in openBIS.', result.name), result.told), {
        autoClose: END_STAYS,
        actions: ways(result, openbis)
      });
      break;
    case 'unchanged':
      Notification.info(sentence(trans.__('Nothing to save: openBIS has just this content.'), result.told), {
        autoClose: END_STAYS,
        actions: ways(result, openbis)
      });
      break;
    case 'outbox':
      Notification.warning(
        sentence(trans.__('The version is kept here and will be sent to openBIS.'), [result.reason]),
        { autoClose: false, actions: afterwards(openbis, commands) }
      );
  }
}

/** That there is nothing to save, before anybody was asked. */
export function tellNothing(
  known: { readonly eln_link: string | null; readonly page: string | null } | null,
  openbis: IOpenBIS
): void {
  Notification.info(openbis.trans.__('Nothing to save: openBIS has just this content.'), {
    autoClose: END_STAYS,
    actions: ways({ link: known?.eln_link ?? null, page: known?.page ?? null }, openbis)
  });
}

function ways(
  { link, page }: { readonly link: string | null; readonly page: string | null },
  { trans }: IOpenBIS
): Notification.IAction[] {
  return [
    ...(link ? [{ label: trans.__('Open data set'), callback: () => openPage(link) }] : []),
    ...(page ? [{ label: trans.__('Open in library'), callback: () => openPage(page) }] : [])
  ];
}

function afterwards(openbis: IOpenBIS, commands: CommandRegistry): Notification.IAction[] {
  const actions = [
    {
      command: 'openbis:log-in',
      label: openbis.trans.__('Log in'),
      wanted: openbis.session?.state !== 'live'
    },
    { command: 'openbis:outbox', label: openbis.trans.__('Show outbox'), wanted: true }
  ];
  return actions
    .filter(({ command, wanted }) => wanted && commands.hasCommand(command))
    .map(({ command, label }) => ({ label, callback: () => void commands.execute(command) }));
}

function sentence(first: string, more: readonly string[]): string {
  return [first, ...more.filter(Boolean)].join(' ');
}
