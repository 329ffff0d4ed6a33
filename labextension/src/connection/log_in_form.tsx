/** The form of one log-in: user and password, or through a JupyterHub, and where the session is kept. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useRef, useState } from 'react';

import type { ConnectionDocument, Home } from '../api/shapes.js';
import { PageLink } from '../ui/parts.js';
import type { Connections, HubLogIn } from './model.js';

interface Props {
  readonly connections: Connections;
  readonly connection: ConnectionDocument;
  readonly trans: TranslationBundle;
}

export function LogInForm({ connections, connection, trans }: Props): React.ReactElement {
  const { list, waiting } = connections;
  const homes = list?.homes ?? [];
  const [keep, setKeep] = useState<Home>(homes.find(home => home === connection.home) ?? 'memory');
  const [byHub, setByHub] = useState(false);
  if (waiting?.name === connection.name) {
    return <Waiting connections={connections} waiting={waiting} trans={trans} />;
  }
  const choice = <Keep homes={homes} keep={keep} setKeep={setKeep} trans={trans} />;
  return (
    <div className="jp-openbis-log-in">
      {byHub ? (
        <HubForm {...{ connections, connection, trans, keep }}>{choice}</HubForm>
      ) : (
        <PasswordForm {...{ connections, connection, trans, keep }}>{choice}</PasswordForm>
      )}
      <button type="button" className="jp-openbis-other-way" onClick={() => setByHub(!byHub)}>
        {byHub
          ? trans.__('With user and password instead')
          : trans.__('Through JupyterHub in the browser instead')}
      </button>
    </div>
  );
}

interface FormProps extends Props {
  readonly keep: Home;
  readonly children: React.ReactNode;
}

function PasswordForm({ connections, connection, trans, keep, children }: FormProps): React.ReactElement {
  const user = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const submit = (event: React.FormEvent): void => {
    event.preventDefault();
    const said = password.current?.value ?? '';
    if (password.current) {
      password.current.value = '';
    }
    void connections.logIn(connection.name, user.current?.value ?? '', said, keep);
  };
  return (
    <form onSubmit={submit} aria-label={trans.__('Log in to %1', connection.name)}>
      <label>
        <span>{trans.__('User')}</span>
        <input
          ref={user}
          className="jp-mod-styled"
          required
          autoFocus
          autoComplete="username"
          spellCheck={false}
          autoCapitalize="none"
          defaultValue={connection.user_id ?? ''}
        />
      </label>
      <label>
        <span>{trans.__('Password')}</span>
        <input
          ref={password}
          className="jp-mod-styled"
          type="password"
          required
          autoComplete="current-password"
        />
      </label>
      {children}
      <Submit label={trans.__('Log In')} busy={connections.busy} />
    </form>
  );
}

function HubForm({ connections, connection, trans, keep, children }: FormProps): React.ReactElement {
  const hub = useRef<HTMLInputElement>(null);
  const submit = (event: React.FormEvent): void => {
    event.preventDefault();
    void connections.logInByHub(connection.name, hub.current?.value ?? '', keep);
  };
  return (
    <form onSubmit={submit} aria-label={trans.__('Log in to %1 through JupyterHub', connection.name)}>
      <label>
        <span>{trans.__('Address of JupyterHub')}</span>
        <input
          ref={hub}
          className="jp-mod-styled"
          required
          autoFocus
          inputMode="url"
          placeholder="https://jupyterhub.example.org"
          defaultValue={connections.list?.hub_url ?? ''}
        />
      </label>
      {children}
      <Submit label={trans.__('Continue')} busy={connections.busy} />
    </form>
  );
}

function Submit({ label, busy }: { readonly label: string; readonly busy: boolean }): React.ReactElement {
  return (
    <div className="jp-openbis-buttons">
      <button type="submit" className="jp-openbis-button jp-mod-primary" disabled={busy}>
        {label}
      </button>
    </div>
  );
}

function Keep({
  homes,
  keep,
  setKeep,
  trans
}: {
  readonly homes: readonly Home[];
  readonly keep: Home;
  readonly setKeep: (home: Home) => void;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const words: Record<Home, readonly [string, string]> = {
    memory: [
      trans.__('This Jupyter only'),
      trans.__('Its kernels and terminals have the session; it ends when you log out or Jupyter stops.')
    ],
    keyring: [
      trans.__('Keyring of this computer'),
      trans.__('It is still there when Jupyter starts again, and for openbis-nb in any terminal.')
    ],
    file: [
      trans.__('File of your account'),
      trans.__('A file that only you can read: for every program of yours, plain pybis included.')
    ]
  };
  return (
    <fieldset className="jp-openbis-keep">
      <legend>{trans.__('Keep the session in')}</legend>
      {homes.map(home => (
        <label key={home}>
          <input type="radio" name="keep" checked={keep === home} onChange={() => setKeep(home)} />
          <span>
            {words[home][0]}
            <small>{words[home][1]}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** The hub's page asks the person; its answer comes by itself, or is copied from there. */
function Waiting({
  connections,
  waiting,
  trans
}: {
  readonly connections: Connections;
  readonly waiting: HubLogIn;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const code = useRef<HTMLInputElement>(null);
  const submit = (event: React.FormEvent): void => {
    event.preventDefault();
    void connections.bringCode(waiting.name, code.current?.value ?? '');
  };
  return (
    <ol className="jp-openbis-steps" role="status">
      <li>
        <PageLink address={waiting.address}>{trans.__('Open the page of JupyterHub')}</PageLink>
      </li>
      <li>
        {trans.__('It must show this code; allow it there:')} <strong>{waiting.code}</strong>
      </li>
      {waiting.byBrowser ? (
        <li>{trans.__('Then you are logged in here by itself.')}</li>
      ) : (
        <li>
          <form onSubmit={submit}>
            <label>
              <span>{trans.__('Copy the long code from there to here')}</span>
              <input ref={code} className="jp-mod-styled" required autoComplete="off" spellCheck={false} />
            </label>
            <Submit label={trans.__('Continue')} busy={connections.busy} />
          </form>
        </li>
      )}
    </ol>
  );
}
