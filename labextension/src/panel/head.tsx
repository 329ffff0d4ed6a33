/** The head of the panel: whose openBIS it is, and what to do where nobody is logged in. */

import { refreshIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import React from 'react';

import type { SessionDocument } from '../api/shapes.js';
import { who } from '../connection/state.js';
import { openbisIcon } from '../icons.js';
import type { IOpenBIS } from '../tokens.js';
import { IconButton, PageLink, Picture, Skeleton, TextButton } from '../ui/parts.js';

const LOG_IN = 'openbis:log-in';

export interface HeadProps {
  readonly openbis: IOpenBIS;
  readonly commands: CommandRegistry;
  readonly refresh: () => void;
}

export function Head({ openbis, commands, refresh }: HeadProps): React.ReactElement {
  const { session, trans } = openbis;
  return (
    <div className="jp-openbis-head">
      <div className="jp-openbis-head-line">
        <Picture icon={openbisIcon} />
        <h1>{trans.__('openBIS')}</h1>
        <span className="jp-openbis-who" title={session ? who(session) : ''}>
          {session ? who(session) : ''}
        </span>
        <IconButton icon={refreshIcon} label={trans.__('Ask openBIS again')} onClick={refresh} />
      </div>
      {session === null ? <Skeleton lines={2} label={trans.__('Asking openBIS…')} /> : null}
      {session && session.state !== 'live' ? (
        <NotLive openbis={openbis} session={session} commands={commands} refresh={refresh} />
      ) : null}
    </div>
  );
}

function NotLive({
  openbis,
  session,
  commands,
  refresh
}: HeadProps & { readonly session: SessionDocument }): React.ReactElement {
  const { trans } = openbis;
  const away = session.state === 'unknown';
  const texts = {
    none: trans.__('You are not logged in to openBIS.'),
    over: trans.__('Your openBIS session is over. Your kernel goes on.'),
    unknown: trans.__('openBIS does not answer right now. Your kernel goes on.'),
    live: ''
  };
  const next = session.next_step ?? '';
  return (
    <div className={`jp-openbis-banner ${away ? 'jp-mod-warn' : ''}`} role="status">
      <p>{texts[session.state]}</p>
      {away && next ? <p className="jp-openbis-quiet">{next}</p> : null}
      <div className="jp-openbis-buttons">
        {away ? <TextButton label={trans.__('Try again')} onClick={refresh} /> : null}
        {!away && commands.hasCommand(LOG_IN) ? (
          <TextButton
            primary
            label={trans.__('Log in to openBIS')}
            onClick={() => void commands.execute(LOG_IN).catch((error: unknown) => openbis.fail(error))}
          />
        ) : null}
        {!away && !commands.hasCommand(LOG_IN) && session.login_url ? (
          <PageLink address={new URL(session.login_url, window.location.href).href}>
            {trans.__('Log in to openBIS')}
          </PageLink>
        ) : null}
      </div>
    </div>
  );
}
