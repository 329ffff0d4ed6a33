/** The inputs of the notebook at hand. */

import type { NotebookPanel } from '@jupyterlab/notebook';
import type { CommandRegistry } from '@lumino/commands';
import React, { useEffect } from 'react';

import type { INotebooks, IOpenBIS, IOpenBISPanel } from '../tokens.js';
import { useAsked, useNews } from '../ui/asked.js';
import { guarded } from '../ui/confirm.js';
import { humanSize } from '../ui/format.js';
import { Bar, Empty, Skeleton, TextButton, Trouble } from '../ui/parts.js';
import type { Inputs } from './inputs.js';
import { InputRow } from './row.js';
import type { FetchProgress, InputsDocument } from './shapes.js';
import { markOf, toFetch } from './state.js';

/** Milliseconds between two looks while something comes back from the archive. */
const LOOK_EVERY = 5000;

export interface InputsParts {
  readonly openbis: IOpenBIS;
  readonly notebooks: INotebooks;
  readonly panel: IOpenBISPanel;
  readonly inputs: Inputs;
  readonly commands: CommandRegistry;
}

export function InputsSection({
  parts,
  notebook
}: {
  parts: InputsParts;
  notebook: NotebookPanel;
}): React.ReactElement {
  const { openbis, notebooks, panel, inputs, commands } = parts;
  const { trans } = openbis;
  const turn = useNews(panel.refreshed);
  useNews(inputs.changed);
  useNews(notebooks.standingChanged);
  const path = inputs.pathOf(notebook);
  const fetching = inputs.progress(notebook);
  const block = JSON.stringify(notebook.model?.sharedModel.getMetadata('openbis') ?? null);
  const standing = `${notebooks.standing(notebook)} ${notebooks.details(notebook)?.version ?? ''}`;
  const news = `${turn} ${standing} ${block} ${fetching === null}`;
  const asked = useAsked<InputsDocument>(`inputs ${path}`, () => inputs.list(notebook), news);
  const found = asked.value?.data_sets ?? [];
  const waits = found.some(input => markOf(input) === 'coming');
  useEffect(() => {
    const timer = waits ? window.setInterval(asked.again, LOOK_EVERY) : undefined;
    return () => window.clearInterval(timer);
  }, [waits]);
  const run = (work: Promise<void>): void => void guarded(openbis, () => work).then(asked.again);
  const left = found.reduce((sum, input) => sum + toFetch(input), 0);
  if (asked.error !== undefined) {
    return <Trouble error={asked.error} trans={trans} again={asked.again} />;
  }
  if (asked.value === null) {
    return <Skeleton lines={3} label={trans.__('Asking for the inputs…')} />;
  }
  return (
    <div className="jp-openbis-inputs">
      {asked.value.foreign !== null ? (
        <p className="jp-openbis-note">
          {trans.__('This notebook comes from another openBIS: %1', asked.value.foreign)}
        </p>
      ) : null}
      {fetching !== null ? <Bar {...told(fetching, trans.__('Fetching…'))} /> : null}
      {found.length === 0 ? (
        <Empty
          text={trans.__('No data are attached.')}
          hint={trans.__(
            'What you attach can be read in your cells, and is named as a parent when you save.'
          )}
        >
          <TextButton
            label={trans.__('Attach data…')}
            onClick={() => run(commands.execute('openbis:attach') as Promise<void>)}
          />
        </Empty>
      ) : (
        <ul className="jp-openbis-list">
          {found.map(input => (
            <InputRow key={input.perm_id} input={input} parts={parts} notebook={notebook} run={run} />
          ))}
        </ul>
      )}
      {left > 0 && fetching === null ? (
        <TextButton
          label={trans.__('Fetch all files (%1)', humanSize(left))}
          onClick={() =>
            run(
              inputs.fetch(
                notebook,
                found.filter(input => toFetch(input) > 0).map(input => input.perm_id),
                'all'
              )
            )
          }
        />
      ) : null}
    </div>
  );
}

function told(progress: FetchProgress, waiting: string): { label: string; done: number; total: number } {
  const { done = 0, total = 0, rate = 0 } = progress;
  const label =
    total > 0
      ? `${humanSize(done)} / ${humanSize(total)}${rate > 0 ? ` · ${humanSize(rate)}/s` : ''}`
      : waiting;
  return { label, done, total };
}
