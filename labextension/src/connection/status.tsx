/** Who is logged in, in the status bar; a click leads to the connections. */

import { ReactWidget } from '@jupyterlab/apputils';
import React from 'react';

import { openbisIcon } from '../icons.js';
import type { IOpenBIS } from '../tokens.js';
import { humanTime } from '../ui/format.js';
import { useNews } from '../ui/asked.js';
import { Picture } from '../ui/parts.js';
import { who } from './state.js';

export class SessionStatus extends ReactWidget {
  constructor(
    private readonly openbis: IOpenBIS,
    private readonly open: () => void
  ) {
    super();
    this.addClass('jp-openbis-status');
  }

  protected override render(): React.ReactElement {
    return <Status openbis={this.openbis} open={this.open} />;
  }
}

function Status({
  openbis,
  open
}: {
  readonly openbis: IOpenBIS;
  readonly open: () => void;
}): React.ReactElement | null {
  useNews(openbis.sessionChanged);
  const { session, trans } = openbis;
  if (session === null) {
    return null;
  }
  const texts = {
    live: who(session),
    over: trans.__('openBIS: session over'),
    none: trans.__('openBIS: not logged in'),
    unknown: trans.__('openBIS: no answer')
  };
  const until = session.valid_until ? trans.__('until %1', humanTime(session.valid_until)) : '';
  const hint = [session.server, until, session.note].filter(Boolean).join(' · ');
  return (
    <button
      type="button"
      className={`jp-openbis-status-button jp-mod-${session.state}`}
      title={hint}
      aria-label={trans.__('openBIS: %1', texts[session.state])}
      onClick={open}
    >
      <Picture icon={openbisIcon} />
      <span>{texts[session.state]}</span>
    </button>
  );
}
