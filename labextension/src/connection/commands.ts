/** Log in, log out, connections: as commands, for palette, menu and everything else that leads there. */

import type { ICommandPalette } from '@jupyterlab/apputils';
import type { CommandRegistry } from '@lumino/commands';

import type { SessionDocument } from '../api/shapes.js';
import type { IOpenBIS } from '../tokens.js';
import { webAddress } from '../ui/format.js';
import { showConnections } from './dialog.js';

export const LOG_IN = 'openbis:log-in';
export const LOG_OUT = 'openbis:log-out';
export const CONNECTIONS = 'openbis:connections';

export function addCommands(
  commands: CommandRegistry,
  palette: ICommandPalette | null,
  openbis: IOpenBIS
): void {
  const { trans } = openbis;
  const guarded = async (work: Promise<unknown>): Promise<void> => {
    await work.catch((error: unknown) => openbis.fail(error));
  };
  commands.addCommand(LOG_IN, {
    label: trans.__('Log In to openBIS…'),
    isEnabled: () => !openbis.session?.under_hub || Boolean(loginPage(openbis.session)),
    execute: () => guarded(logIn(openbis))
  });
  commands.addCommand(LOG_OUT, {
    label: trans.__('Log Out of openBIS'),
    caption: trans.__('Forget the session here, and end it at openBIS'),
    isEnabled: () => openbis.session !== null && !openbis.session.under_hub && openbis.session.home !== null,
    execute: () => guarded(logOut(openbis))
  });
  commands.addCommand(CONNECTIONS, {
    label: trans.__('openBIS Connections…'),
    caption: trans.__('The openBIS servers that you work with'),
    execute: () => guarded(showConnections(openbis))
  });
  for (const command of [LOG_IN, LOG_OUT, CONNECTIONS]) {
    palette?.addItem({ command, category: trans.__('openBIS') });
  }
  openbis.sessionChanged.connect(() => commands.notifyCommandChanged());
}

/** Under a hub in another tab: this one comes back by itself; else in the dialog. */
async function logIn(openbis: IOpenBIS): Promise<void> {
  const page = loginPage(openbis.session);
  if (page !== null) {
    window.open(page, '_blank', 'noopener,noreferrer');
    return;
  }
  await showConnections(openbis, true);
}

async function logOut(openbis: IOpenBIS): Promise<void> {
  const name = openbis.session?.name ?? '';
  await openbis.api.post(`connections/${encodeURIComponent(name)}/log-out`);
  await openbis.refresh();
}

function loginPage(session: SessionDocument | null): string | null {
  const address = session?.under_hub ? session.login_url : undefined;
  return address === undefined ? null : webAddress(new URL(address, window.location.href).href);
}
