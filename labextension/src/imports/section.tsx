/** The section of the panel with the repositories that were fetched: how they stand, update, what was kept. */

import { closeIcon, folderIcon, refreshIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import React, { useEffect, useState } from 'react';

import type { IOpenBIS, IOpenBISPanel } from '../tokens.js';
import { useNews } from '../ui/asked.js';
import { humanTime } from '../ui/format.js';
import { Bar, Empty, IconButton, PageLink, Skeleton, TextButton, Trouble } from '../ui/parts.js';
import type { Repositories } from './list.js';
import type { ImportProgress, ListedRepository } from './shapes.js';
import { noteWords, progressWords, shortCommit, stateWords, toneOf } from './words.js';

export interface ImportParts {
  readonly openbis: IOpenBIS;
  readonly list: Repositories;
  readonly commands: CommandRegistry;
  readonly panel: IOpenBISPanel;
}

export const IMPORT = 'openbis:import';

export function importsBody(parts: ImportParts): () => React.ReactElement {
  const { openbis, list, commands, panel } = parts;
  const { trans } = openbis;
  return function Imports(): React.ReactElement {
    useNews(list.changed);
    const turn = useNews(panel.refreshed);
    const [error, setError] = useState<unknown>(undefined);
    const ask = (): void => {
      list.refresh().then(
        () => setError(undefined),
        (problem: unknown) => (list.all === null ? setError(problem) : openbis.fail(problem))
      );
    };
    useEffect(ask, [turn]);
    const start = (): void => void commands.execute(IMPORT);
    const known = list.all;
    const fetching = [...list.atWork].filter(([name]) => !known?.some(one => one.path === name));
    if (known === null && error !== undefined) {
      return <Trouble error={error} trans={trans} again={ask} />;
    }
    if (known === null && fetching.length === 0) {
      return <Skeleton lines={3} label={trans.__('Looking for repositories…')} />;
    }
    if (known?.length === 0 && fetching.length === 0) {
      return (
        <Empty
          text={trans.__('No repository was fetched yet.')}
          hint={trans.__(
            'A repository becomes a folder that can be updated without losing what you changed.'
          )}
        >
          <TextButton label={trans.__('Import…')} onClick={start} />
        </Empty>
      );
    }
    return (
      <>
        <ul className="jp-openbis-runs">
          {fetching.map(([name, progress]) => (
            <li key={name} className="jp-openbis-run">
              <span className="jp-openbis-run-name">{name}</span>
              <Going progress={progress} parts={parts} />
            </li>
          ))}
          {known?.map(one => (
            <Repository key={one.path} one={one} parts={parts} />
          ))}
        </ul>
        <div className="jp-openbis-buttons">
          <TextButton label={trans.__('Import…')} onClick={start} />
        </div>
      </>
    );
  };
}

function Going({ progress, parts }: { progress: ImportProgress; parts: ImportParts }): React.ReactElement {
  return (
    <Bar
      label={progressWords(progress, parts.openbis.trans)}
      done={progress.done ?? 0}
      total={progress.total ?? 0}
    />
  );
}

function Repository({ one, parts }: { one: ListedRepository; parts: ImportParts }): React.ReactElement {
  const { openbis, list, commands } = parts;
  const { trans } = openbis;
  const fail = (error: unknown): void => openbis.fail(error);
  const progress = list.atWork.get(one.path);
  const { notes, finished } = one.report;
  return (
    <li className={`jp-openbis-run jp-mod-${toneOf(one)}`}>
      <div className="jp-openbis-run-head">
        <span className="jp-openbis-run-name" title={one.path}>
          {one.path}
        </span>
        <IconButton
          icon={folderIcon}
          label={trans.__('Show the folder %1', one.name)}
          disabled={one.state === 'gone'}
          onClick={() => void commands.execute('filebrowser:open-path', { path: one.path }).catch(fail)}
        />
        <IconButton
          icon={refreshIcon}
          label={trans.__('Update %1', one.name)}
          disabled={one.state === 'gone' || progress !== undefined}
          onClick={() => void list.update(one).catch(fail)}
        />
        <IconButton
          icon={closeIcon}
          label={trans.__('Take %1 off the list', one.name)}
          onClick={() => void list.remove(one).catch(fail)}
        />
      </div>
      <p className="jp-openbis-quiet">
        <PageLink address={one.url}>{one.ref}</PageLink> {shortCommit(one.commit)} ·{' '}
        {humanTime(one.pulled_at)}
      </p>
      {progress ? <Going progress={progress} parts={parts} /> : <p>{stateWords(one, trans)}</p>}
      {one.why ? <p className="jp-openbis-quiet">{one.why}</p> : null}
      {finished ? null : (
        <p className="jp-openbis-note">{trans.__('The last update was interrupted: update again.')}</p>
      )}
      {notes.length > 0 ? (
        <details className="jp-openbis-import-notes">
          <summary>
            {trans._n('%1 file that you are told of', '%1 files that you are told of', notes.length)}
          </summary>
          <ul>
            {notes.map((note, at) => (
              <li key={at}>{noteWords(note, trans)}</li>
            ))}
          </ul>
        </details>
      ) : null}
    </li>
  );
}
