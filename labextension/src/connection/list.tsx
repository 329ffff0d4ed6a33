/** The connections: each with who is logged in, and what can be done. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useRef } from 'react';

import type { ConnectionDocument } from '../api/shapes.js';
import { Skeleton, TextButton, Trouble } from '../ui/parts.js';
import { LogInForm } from './log_in_form.js';
import type { Connections } from './model.js';

interface Props {
  readonly connections: Connections;
  readonly trans: TranslationBundle;
}

export function ConnectionList({ connections, trans }: Props): React.ReactElement {
  const { list, trouble, adding } = connections;
  if (list === null) {
    return trouble === null ? (
      <Skeleton lines={3} label={trans.__('Asking openBIS…')} />
    ) : (
      <Trouble error={trouble} trans={trans} again={() => void connections.load()} />
    );
  }
  return (
    <>
      {list.under_hub ? (
        <p className="jp-openbis-quiet">
          {trans.__('This server belongs to a JupyterHub and uses its openBIS. Log in and out at the hub.')}
        </p>
      ) : null}
      <ul className="jp-openbis-connections" aria-label={trans.__('Connections')}>
        {list.connections.map(one => (
          <li key={one.name}>
            <Item connections={connections} connection={one} trans={trans} />
          </li>
        ))}
      </ul>
      {adding ? <NewForm connections={connections} trans={trans} /> : null}
      {trouble !== null ? <Trouble error={trouble} trans={trans} /> : null}
      {!adding && !list.under_hub ? (
        <div className="jp-openbis-buttons">
          <TextButton label={trans.__('Add a connection')} onClick={() => connections.showNew(true)} />
        </div>
      ) : null}
    </>
  );
}

function Item({
  connections,
  connection,
  trans
}: Props & { readonly connection: ConnectionDocument }): React.ReactElement {
  const { name, server, state } = connection;
  const open = connections.open === name;
  return (
    <>
      <div className="jp-openbis-connection">
        <span className={`jp-openbis-light jp-mod-${state}`} aria-hidden="true" />
        <div>
          <strong>{name}</strong>
          {connection.default ? <em>{trans.__('default')}</em> : null}
          <div className="jp-openbis-quiet">{server}</div>
          <div>{saying(connection, trans)}</div>
        </div>
        {connections.list?.under_hub ? null : (
          <Buttons connections={connections} connection={connection} trans={trans} />
        )}
      </div>
      {open ? <LogInForm connections={connections} connection={connection} trans={trans} /> : null}
    </>
  );
}

function Buttons({
  connections,
  connection,
  trans
}: Props & { readonly connection: ConnectionDocument }): React.ReactElement {
  const { name, state, home } = connection;
  const open = connections.open === name;
  const logged = home !== null;
  return (
    <div className="jp-openbis-buttons" role="group" aria-label={name}>
      {state !== 'live' && !open ? (
        <TextButton
          primary
          disabled={connections.busy}
          label={trans.__('Log In')}
          onClick={() => connections.show(name)}
        />
      ) : null}
      {logged ? (
        <TextButton
          disabled={connections.busy}
          label={trans.__('Log Out')}
          onClick={() => void connections.logOut(name)}
        />
      ) : null}
      {!connection.default ? (
        <TextButton
          disabled={connections.busy}
          label={trans.__('Make Default')}
          hint={trans.__('For notebooks that name no openBIS')}
          onClick={() => void connections.use(name)}
        />
      ) : null}
      {!connection.configured ? (
        <TextButton
          disabled={connections.busy}
          label={trans.__('Remove')}
          hint={logged ? trans.__('Log out and forget this connection') : trans.__('Forget this connection')}
          onClick={() => void connections.remove(name)}
        />
      ) : null}
    </div>
  );
}

function saying(connection: ConnectionDocument, trans: TranslationBundle): string {
  const name = connection.display_name ?? connection.user_id ?? '';
  switch (connection.state) {
    case 'live':
      return trans.__('Logged in as %1', name);
    case 'over':
      return trans.__('The session is over.');
    case 'unknown':
      return connection.message ?? trans.__('openBIS does not answer.');
    case 'none':
      return trans.__('Not logged in');
  }
}

function NewForm({ connections, trans }: Props): React.ReactElement {
  const name = useRef<HTMLInputElement>(null);
  const url = useRef<HTMLInputElement>(null);
  const submit = (event: React.FormEvent): void => {
    event.preventDefault();
    void connections.add(name.current?.value ?? '', url.current?.value ?? '');
  };
  const several = (connections.list?.connections.length ?? 0) > 0;
  return (
    <form className="jp-openbis-log-in" onSubmit={submit} aria-label={trans.__('New connection')}>
      <label>
        <span>{trans.__('Address of openBIS')}</span>
        <input
          ref={url}
          className="jp-mod-styled"
          required
          autoFocus
          inputMode="url"
          placeholder="https://openbis.example.org"
        />
      </label>
      <label>
        <span>{trans.__('Name, as you call it')}</span>
        <input ref={name} className="jp-mod-styled" maxLength={60} placeholder={trans.__('As the host')} />
      </label>
      <div className="jp-openbis-buttons">
        <button type="submit" className="jp-openbis-button jp-mod-primary" disabled={connections.busy}>
          {trans.__('Add')}
        </button>
        {several ? (
          <TextButton label={trans.__('Cancel')} onClick={() => connections.showNew(false)} />
        ) : null}
      </div>
    </form>
  );
}
