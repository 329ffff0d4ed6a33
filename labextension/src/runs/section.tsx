/** The section of the panel with what runs in the background, and what has run. */

import { closeIcon, notebookIcon, stopIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import React from 'react';

import type { IOpenBIS, SectionProps } from '../tokens.js';
import { useNews } from '../ui/asked.js';
import { humanTime } from '../ui/format.js';
import { Bar, Empty, IconButton, PageLink, TextButton } from '../ui/parts.js';
import { duration, isAtWork, tone } from './reading.js';
import type { RunDocument } from './shapes.js';
import type { RunsWatch } from './watch.js';
import { stateWords } from './words.js';

export function runsBody(
  openbis: IOpenBIS,
  watch: RunsWatch,
  commands: CommandRegistry
): (props: SectionProps) => React.ReactElement {
  const { trans } = openbis;
  return function Runs({ notebook }: SectionProps): React.ReactElement {
    useNews(watch.changed);
    const start = (): void => void commands.execute('openbis:run-in-background');
    if (watch.runs.length === 0) {
      return (
        <Empty
          text={trans.__('Nothing runs in the background.')}
          hint={trans.__('A notebook can run over night: its result is saved to openBIS with nobody there.')}
        >
          {notebook ? <TextButton label={trans.__('Run in background and save…')} onClick={start} /> : null}
        </Empty>
      );
    }
    return (
      <ul className="jp-openbis-runs">
        {watch.runs.map(run => (
          <Run key={run.id} run={run} openbis={openbis} watch={watch} />
        ))}
      </ul>
    );
  };
}

function Run({
  run,
  openbis,
  watch
}: {
  run: RunDocument;
  openbis: IOpenBIS;
  watch: RunsWatch;
}): React.ReactElement {
  const { trans } = openbis;
  const fail = (error: unknown): void => openbis.fail(error);
  const working = isAtWork(run);
  const why = [run.problem?.detail, run.problem?.next_step].filter(Boolean).join(' ');
  return (
    <li className={`jp-openbis-run jp-mod-${tone(run)}`}>
      <div className="jp-openbis-run-head">
        <span className="jp-openbis-run-name">{run.name}</span>
        {run.executed ? (
          <IconButton
            icon={notebookIcon}
            label={trans.__('Open what was run of %1', run.name)}
            onClick={() => watch.open(run)}
          />
        ) : null}
        {run.state === 'running' ? (
          <IconButton
            icon={stopIcon}
            label={trans.__('Stop %1', run.name)}
            onClick={() => void watch.stop(run).catch(fail)}
          />
        ) : null}
        {working ? null : (
          <IconButton
            icon={closeIcon}
            label={trans.__('Take %1 off the list', run.name)}
            onClick={() => void watch.remove(run).catch(fail)}
          />
        )}
      </div>
      {working ? (
        <Bar label={progress(run, openbis)} done={Math.max(0, run.cell - 1)} total={run.cells} />
      ) : (
        <p className="jp-openbis-run-state">
          {stateWords(run, trans)}
          <span className="jp-openbis-quiet">
            {' · '}
            {humanTime(run.ended_at)}
            {' · '}
            {duration(run.seconds)}
          </span>
        </p>
      )}
      {working && run.line ? <p className="jp-openbis-run-line">{run.line}</p> : null}
      {why ? <p className="jp-openbis-quiet">{why}</p> : null}
      <div className="jp-openbis-buttons">
        <PageLink address={run.result?.link}>{trans.__('Data set')}</PageLink>
        <PageLink address={absolute(run.result?.page)}>{trans.__('Library')}</PageLink>
      </div>
    </li>
  );
}

function progress(run: RunDocument, { trans }: IOpenBIS): string {
  const time = duration(run.seconds);
  return run.state === 'running'
    ? trans.__('cell %1 of %2, %3', run.cell, run.cells, time)
    : `${stateWords(run, trans)}, ${time}`;
}

/** Pages of the library may be named without a host. */
function absolute(address: string | null | undefined): string | null {
  return address ? new URL(address, window.location.href).href : null;
}
