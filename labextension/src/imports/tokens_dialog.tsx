/** Tokens for the hosts of private repositories: given, listed and forgotten, never shown (U-16). */

import { Dialog, showDialog } from '@jupyterlab/apputils';
import { closeIcon, ReactWidget } from '@jupyterlab/ui-components';
import React, { useState } from 'react';

import { Field } from '../save/field.js';
import type { IOpenBIS } from '../tokens.js';
import { useAsked } from '../ui/asked.js';
import { IconButton, Skeleton, TextButton, Trouble } from '../ui/parts.js';
import type { CredentialsDocument } from './shapes.js';

interface Token {
  readonly host: string;
  readonly user: string;
  readonly token: string;
  readonly home: 'file' | 'keyring';
}

const NONE: Token = { host: '', user: '', token: '', home: 'file' };

/** Ask for a token, and keep it. */
export async function askToken(openbis: IOpenBIS): Promise<void> {
  const { api, trans } = openbis;
  const body = new TokenBody(openbis, NONE);
  const { button, value } = await showDialog({
    title: trans.__('Access to private repositories'),
    body,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Keep Token') })
    ],
    focusNodeSelector: '#openbis-token-host'
  });
  if (!button.accept || value === null || value.token === '') {
    return;
  }
  await api.post('credentials', value).catch((error: unknown) => openbis.fail(error));
}

/** The same within another dialog: Lab shows one at a time. */
export function TokenHere({
  openbis,
  host,
  kept
}: {
  openbis: IOpenBIS;
  host: string;
  kept: () => void;
}): React.ReactElement {
  const { api, trans } = openbis;
  const [value, setValue] = useState<Token>({ ...NONE, host });
  const keep = (): void => {
    api.post('credentials', value).then(kept, (error: unknown) => openbis.fail(error));
  };
  return (
    <fieldset className="jp-openbis-import-token">
      <legend>{trans.__('Access to private repositories')}</legend>
      <TokenForm openbis={openbis} value={value} set={change => setValue({ ...value, ...change })} />
      <div className="jp-openbis-buttons">
        <TextButton label={trans.__('Keep Token')} disabled={value.token === ''} onClick={keep} />
      </div>
    </fieldset>
  );
}

class TokenBody extends ReactWidget implements Dialog.IBodyWidget<Token> {
  constructor(
    private readonly openbis: IOpenBIS,
    private value: Token
  ) {
    super();
    this.addClass('jp-openbis-import');
  }

  getValue(): Token {
    return this.value;
  }

  protected override render(): React.ReactElement {
    const set = (change: Partial<Token>): void => {
      this.value = { ...this.value, ...change };
      this.update();
    };
    return <TokenForm openbis={this.openbis} value={this.value} set={set} />;
  }
}

function TokenForm({
  openbis,
  value,
  set
}: {
  openbis: IOpenBIS;
  value: Token;
  set: (change: Partial<Token>) => void;
}): React.ReactElement {
  const { trans } = openbis;
  return (
    <>
      <p className="jp-openbis-field-hint">
        {trans.__(
          'Make a token at the host that may only read. It is kept for this account alone, and is sent to this host and no other.'
        )}
      </p>
      <Text
        id="openbis-token-host"
        label={trans.__('Host')}
        value={value.host}
        onChange={host => set({ host })}
      />
      <Text
        id="openbis-token-user"
        label={trans.__('User (many hosts take any)')}
        value={value.user}
        onChange={user => set({ user })}
      />
      <Text
        id="openbis-token"
        label={trans.__('Token')}
        value={value.token}
        secret
        onChange={token => set({ token })}
      />
      <Known openbis={openbis} value={value} set={set} />
    </>
  );
}

function Known({
  openbis,
  value,
  set
}: {
  openbis: IOpenBIS;
  value: Token;
  set: (change: Partial<Token>) => void;
}): React.ReactElement {
  const { api, trans } = openbis;
  const asked = useAsked<CredentialsDocument>('import credentials', () => api.get('credentials'));
  if (asked.error !== undefined) {
    return <Trouble error={asked.error} trans={trans} again={asked.again} />;
  }
  if (asked.value === null) {
    return <Skeleton lines={1} label={trans.__('Looking…')} />;
  }
  const forget = (host: string): void => {
    api.delete('credentials', { host }).then(
      () => asked.again(),
      (error: unknown) => openbis.fail(error)
    );
  };
  return (
    <>
      {asked.value.homes.includes('keyring') ? (
        <label className="jp-openbis-run-tick">
          <input
            type="checkbox"
            checked={value.home === 'keyring'}
            onChange={event => set({ home: event.target.checked ? 'keyring' : 'file' })}
          />
          {trans.__('Keep it in the keyring of this computer')}
        </label>
      ) : null}
      {asked.value.credentials.length > 0 ? (
        <>
          <span className="jp-openbis-label">{trans.__('Kept now')}</span>
          <ul className="jp-openbis-import-hosts">
            {asked.value.credentials.map(one => (
              <li key={one.host}>
                {one.host}
                <IconButton
                  icon={closeIcon}
                  label={trans.__('Forget the token for %1', one.host)}
                  onClick={() => forget(one.host)}
                />
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </>
  );
}

function Text({
  id,
  label,
  value,
  secret = false,
  onChange
}: {
  id: string;
  label: string;
  value: string;
  secret?: boolean;
  onChange: (text: string) => void;
}): React.ReactElement {
  return (
    <Field id={id} label={label}>
      {attributes => (
        <input
          {...attributes}
          className="jp-mod-styled"
          type={secret ? 'password' : 'text'}
          autoComplete="off"
          spellCheck={false}
          maxLength={4096}
          value={value}
          onChange={event => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
