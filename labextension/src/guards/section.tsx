/** The section of the panel with versions that wait for openBIS, and drafts. */

import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import { closeIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import React from 'react';

import type { IOpenBIS, IPlacePicker } from '../tokens.js';
import { useNews } from '../ui/asked.js';
import { humanSize, humanTime } from '../ui/format.js';
import { Empty, IconButton, TextButton } from '../ui/parts.js';
import type { DraftDocument, WaitingDocument } from './shapes.js';
import type { Waiting } from './waiting.js';

export interface OutboxParts {
  readonly openbis: IOpenBIS;
  readonly waiting: Waiting;
  readonly commands: CommandRegistry;
  readonly places: IPlacePicker | null;
}

export function outboxBody(parts: OutboxParts): () => React.ReactElement {
  const { openbis, waiting } = parts;
  const { trans } = openbis;
  return function Outbox(): React.ReactElement {
    useNews(waiting.changed);
    if (waiting.versions.length + waiting.drafts.length === 0) {
      return (
        <Empty
          text={trans.__('Nothing waits here.')}
          hint={trans.__('What cannot be sent to openBIS at once is kept here and sent by itself.')}
        />
      );
    }
    return (
      <div className="jp-openbis-outbox">
        {waiting.versions.length > 0 ? <h3>{trans.__('To be sent to openBIS')}</h3> : null}
        <ul className="jp-openbis-runs">
          {waiting.versions.map(version => (
            <Version key={version.save_id} version={version} parts={parts} />
          ))}
        </ul>
        {waiting.drafts.length > 0 ? <h3>{trans.__('Drafts')}</h3> : null}
        <ul className="jp-openbis-runs">
          {waiting.drafts.map(draft => (
            <Draft key={draft.id} draft={draft} parts={parts} />
          ))}
        </ul>
      </div>
    );
  };
}

function Version({ version, parts }: { version: WaitingDocument; parts: OutboxParts }): React.ReactElement {
  const { openbis, waiting, places } = parts;
  const { trans } = openbis;
  const [busy, setBusy] = React.useState(false);
  const send = async (owner?: string): Promise<void> => {
    setBusy(true);
    try {
      const where = `outbox/${encodeURIComponent(version.save_id)}/send`;
      await openbis.api.work(where, owner === undefined ? {} : { owner });
      Notification.success(trans.__('“%1” was sent to openBIS.', version.name), { autoClose: 8000 });
    } catch (error) {
      openbis.fail(error);
    } finally {
      setBusy(false);
      await waiting.refresh();
    }
  };
  const elsewhere = async (): Promise<void> => {
    const place = await places?.pick({ title: trans.__('Store “%1” elsewhere', version.name) });
    if (place) {
      await send(place.perm_id);
    }
  };
  const states = {
    waiting: trans.__('waits'),
    undecided: trans.__('may have arrived: openBIS is asked first'),
    refused: trans.__('refused: decide where to store it')
  };
  return (
    <li className={`jp-openbis-run jp-mod-${version.state === 'refused' ? 'error' : 'warning'}`}>
      <span className="jp-openbis-run-name">{version.name}</span>
      <p>
        {states[version.state]}
        <span className="jp-openbis-quiet">
          {` · ${humanTime(version.created_at)} · ${humanSize(version.size)}`}
        </span>
      </p>
      <p className="jp-openbis-quiet">{version.owner}</p>
      {version.reason ? <p className="jp-openbis-quiet">{version.reason}</p> : null}
      <div className="jp-openbis-buttons">
        <TextButton label={trans.__('Send now')} disabled={busy} onClick={() => void send()} />
        {places !== null && version.state !== 'undecided' ? (
          <TextButton
            label={trans.__('Send elsewhere…')}
            disabled={busy}
            onClick={() => void elsewhere().catch((error: unknown) => openbis.fail(error))}
          />
        ) : null}
      </div>
    </li>
  );
}

function Draft({ draft, parts }: { draft: DraftDocument; parts: OutboxParts }): React.ReactElement {
  const { openbis, waiting, commands } = parts;
  const { api, trans } = openbis;
  const where = `drafts/${encodeURIComponent(draft.id)}`;
  const restore = async (): Promise<void> => {
    const { path } = await api.post<{ path: string }>(`${where}/restore`);
    await waiting.refresh();
    await commands.execute('docmanager:open', { path });
  };
  const remove = async (): Promise<void> => {
    const { button } = await showDialog({
      title: trans.__('Throw the draft away?'),
      body: trans.__('“%1” of %2 is kept nowhere else.', draft.name, humanTime(draft.made_at)),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.warnButton({ label: trans.__('Throw away') })
      ]
    });
    if (button.accept) {
      await api.delete(where);
      await waiting.refresh();
    }
  };
  const reasons = {
    closed: trans.__('when it was closed'),
    idle: trans.__('while it was open'),
    stopped: trans.__('when the server was stopped'),
    asked: trans.__('when it was asked for')
  };
  const fail = (error: unknown): void => openbis.fail(error);
  return (
    <li className="jp-openbis-run">
      <div className="jp-openbis-run-head">
        <span className="jp-openbis-run-name">
          {draft.name}
          <span className="jp-openbis-draft-mark">{trans.__('draft')}</span>
        </span>
        <IconButton
          icon={closeIcon}
          label={trans.__('Throw the draft of %1 away', draft.name)}
          onClick={() => void remove().catch(fail)}
        />
      </div>
      <p className="jp-openbis-quiet">
        {`${draft.file} · ${reasons[draft.reason]} · ${humanTime(draft.made_at)}`}
      </p>
      {draft.on_screen ? (
        <p className="jp-openbis-quiet">{trans.__('It holds work that was never written to the file.')}</p>
      ) : null}
      <div className="jp-openbis-buttons">
        <TextButton label={trans.__('Open as a new file')} onClick={() => void restore().catch(fail)} />
      </div>
    </li>
  );
}
