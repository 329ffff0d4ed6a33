/** One input: its state at a glance; opened, its files and what can be done with it. */

import { caretDownIcon, caretRightIcon, codeIcon, copyIcon, type LabIcon } from '@jupyterlab/ui-components';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useId, useState } from 'react';

import { dragOnMove } from '../tree/drag.js';
import {
  archivedIcon,
  awayIcon,
  comingIcon,
  hereIcon,
  listedIcon,
  missingIcon,
  unarchiveIcon
} from '../tree/icons.js';
import { humanSize } from '../ui/format.js';
import { IconButton, Picture, TextButton } from '../ui/parts.js';
import type { InputsParts } from './section.js';
import type { InputDocument, InputFile } from './shapes.js';
import { firstStep, type Mark, markOf, toFetch } from './state.js';

const INSERT = 'openbis:insert-code';
const MOST_FILES = 200;

const ICONS: Readonly<Record<Mark, LabIcon>> = {
  here: hereIcon,
  'in-place': hereIcon,
  listed: awayIcon,
  archived: archivedIcon,
  coming: comingIcon,
  empty: missingIcon,
  container: missingIcon,
  linked: missingIcon,
  forbidden: missingIcon,
  'in-trash': missingIcon,
  missing: missingIcon
};

function stateText(mark: Mark, trans: TranslationBundle): string {
  const texts: Readonly<Record<Mark, string>> = {
    here: trans.__('All files are here'),
    'in-place': trans.__('Read in place from the data store'),
    listed: trans.__('Not fetched yet'),
    archived: trans.__('In the archive'),
    coming: trans.__('Coming back from the archive'),
    empty: trans.__('Holds no files'),
    container: trans.__('Only holds other data sets'),
    linked: trans.__('Its files lie in an external system'),
    forbidden: trans.__('You may not see it'),
    'in-trash': trans.__('In the trash of openBIS'),
    missing: trans.__('openBIS shows you no such data set')
  };
  return texts[mark];
}

export interface InputRowProps {
  readonly input: InputDocument;
  readonly parts: InputsParts;
  readonly notebook: NotebookPanel;
  readonly run: (work: Promise<void>) => void;
}

export function InputRow(props: InputRowProps): React.ReactElement {
  const { input, parts, notebook, run } = props;
  const { trans } = parts.openbis;
  const [open, setOpen] = useState(false);
  const details = useId();
  const mark = markOf(input);
  const name = input.name || input.perm_id;
  const facts = [stateText(mark, trans), humanSize(input.size), input.type].filter(Boolean).join(' · ');
  const { newer } = input;
  return (
    <li
      className={`jp-openbis-input jp-mod-${mark}`}
      data-openbis-kind="data-set"
      data-openbis-id={input.perm_id}
    >
      <div className="jp-openbis-input-head">
        <button
          type="button"
          className="jp-openbis-input-title"
          aria-expanded={open}
          aria-controls={details}
          onClick={() => setOpen(!open)}
          onPointerDown={event => dragOnMove(event, input)}
        >
          <Picture icon={open ? caretDownIcon : caretRightIcon} />
          <Picture icon={ICONS[mark]} className="jp-openbis-mark" />
          <span className="jp-openbis-input-text">
            <span className="jp-openbis-line-label" title={name}>
              {name}
            </span>
            <span className="jp-openbis-quiet" title={facts}>
              {facts}
            </span>
          </span>
        </button>
        <FirstStep {...props} />
        {parts.commands.hasCommand(INSERT) ? (
          <IconButton
            icon={codeIcon}
            label={trans.__('Insert code that reads %1', name)}
            onClick={() => run(parts.commands.execute(INSERT, { permId: input.perm_id }) as Promise<void>)}
          />
        ) : null}
      </div>
      {newer !== null ? (
        <div className="jp-openbis-newer">
          <span>{trans.__('A newer version of it exists.')}</span>
          <TextButton
            label={trans.__('Use the newer one')}
            hint={newer.name || newer.perm_id}
            onClick={() => run(parts.inputs.exchange(notebook, input.perm_id, newer.perm_id))}
          />
        </div>
      ) : null}
      <div id={details} hidden={!open} className="jp-openbis-input-details">
        {open ? <Details {...props} /> : null}
      </div>
    </li>
  );
}

function FirstStep({ input, parts, notebook, run }: InputRowProps): React.ReactElement | null {
  const { inputs, openbis } = parts;
  const { trans } = openbis;
  const name = input.name || input.perm_id;
  const step = firstStep(input);
  if (step === 'unarchive') {
    return (
      <IconButton
        icon={unarchiveIcon}
        label={trans.__('Bring %1 back from the archive', name)}
        onClick={() => run(inputs.unarchive(notebook, [input.perm_id]))}
      />
    );
  }
  if (step === null) {
    return null;
  }
  const all = step === 'fetch';
  return (
    <IconButton
      icon={listedIcon}
      label={
        all
          ? trans.__('Fetch all files of %1 (%2)', name, humanSize(toFetch(input)))
          : trans.__('Attach %1', name)
      }
      onClick={() => run(inputs.fetch(notebook, [input.perm_id], all ? 'all' : 'small'))}
    />
  );
}

function Details({ input, parts, notebook, run }: InputRowProps): React.ReactElement {
  const { openbis, inputs, commands } = parts;
  const { trans } = openbis;
  const stored = notebook.model?.sharedModel.getMetadata('openbis') !== undefined;
  const shown = input.files.slice(0, MOST_FILES);
  return (
    <>
      <p className="jp-openbis-permid">
        <code>{input.perm_id}</code>
        <IconButton
          icon={copyIcon}
          label={trans.__('Copy permId')}
          onClick={() => run(commands.execute('openbis:copy', { text: input.perm_id }) as Promise<void>)}
        />
      </p>
      <p className="jp-openbis-quiet">{provenance(input, trans)}</p>
      {shown.length > 0 ? (
        <ul className="jp-openbis-files" aria-label={trans.__('Files of %1', input.name || input.perm_id)}>
          {shown.map(file => (
            <FileLine key={file.path} file={file} input={input} parts={parts} run={run} />
          ))}
        </ul>
      ) : null}
      {input.files.length > shown.length ? (
        <p className="jp-openbis-quiet">
          {trans._n('And %1 more file.', 'And %1 more files.', input.files.length - shown.length)}
        </p>
      ) : null}
      <div className="jp-openbis-buttons">
        {input.declared ? (
          <TextButton
            label={trans.__('Remove from the notebook')}
            onClick={() => run(inputs.remove(notebook, input.perm_id))}
          />
        ) : null}
        {!input.declared && stored ? (
          <TextButton
            label={trans.__('Add to the notebook')}
            onClick={() => run(inputs.change(notebook, { add: [input.perm_id] }))}
          />
        ) : null}
      </div>
    </>
  );
}

/** Whether it will be a parent of the next version, and why (design D10). */
function provenance(input: InputDocument, trans: TranslationBundle): string {
  if (!input.handed_out) {
    return trans.__('The notebook names it, but no cell has been given it yet: it is no parent until then.');
  }
  return input.declared
    ? trans.__('It becomes a parent of the next version.')
    : trans.__('It was given to a cell before: it becomes a parent unless you untick it when you save.');
}

function FileLine({
  file,
  input,
  parts,
  run
}: {
  file: InputFile;
  input: InputDocument;
  parts: InputsParts;
  run: (work: Promise<void>) => void;
}): React.ReactElement {
  const { trans } = parts.openbis;
  const { perm_id, name, type } = input;
  return (
    <li
      className="jp-openbis-draggable"
      onPointerDown={event => dragOnMove(event, { perm_id, name, type, path: file.path })}
    >
      <span className="jp-openbis-file-name" title={file.path}>
        {file.path}
      </span>
      <span className="jp-openbis-quiet">{humanSize(file.size)}</span>
      {file.local !== null ? <Picture icon={hereIcon} className="jp-openbis-mark" /> : null}
      {parts.commands.hasCommand(INSERT) ? (
        <IconButton
          icon={codeIcon}
          label={trans.__('Insert code that reads %1', file.path)}
          onClick={() =>
            run(parts.commands.execute(INSERT, { permId: perm_id, path: file.path }) as Promise<void>)
          }
        />
      ) : null}
    </li>
  );
}
