/** Where the notebook at hand is stored: the entity with its properties, and the ways to it. */

import type { NotebookPanel } from '@jupyterlab/notebook';
import type { CommandRegistry } from '@lumino/commands';
import React from 'react';

import type { INotebooks, IOpenBIS, IOpenBISPanel, StandingDocument } from '../tokens.js';
import { iconOf } from '../tree/icons.js';
import type { CardDocument } from '../tree/shapes.js';
import { useAsked, useNews } from '../ui/asked.js';
import { humanTime } from '../ui/format.js';
import { Origin } from '../imports/origin.js';
import { Empty, PageLink, Picture, Skeleton, TextButton, Trouble } from '../ui/parts.js';

const SAVE = 'openbis:save';
const CHANGE = 'openbis:change-place';

export interface StoredInParts {
  readonly openbis: IOpenBIS;
  readonly notebooks: INotebooks;
  readonly panel: IOpenBISPanel;
  readonly commands: CommandRegistry;
  readonly pathOf: (notebook: NotebookPanel) => string;
}

interface Props {
  readonly parts: StoredInParts;
  readonly notebook: NotebookPanel;
}

export function StoredIn({ parts, notebook }: Props): React.ReactElement {
  const { openbis, notebooks, panel } = parts;
  const { trans } = openbis;
  const turn = useNews(panel.refreshed);
  useNews(notebooks.standingChanged);
  const details = notebooks.details(notebook);
  const owner = details?.owner ?? null;
  const path = parts.pathOf(notebook);
  const question = owner === null ? null : `entity ${owner.kind} ${owner.perm_id} ${path}`;
  const asked = useAsked<CardDocument>(
    question,
    () => openbis.api.get('entity', { id: owner?.perm_id, kind: owner?.kind, path }),
    turn
  );
  if (details === null) {
    return <Skeleton lines={3} label={trans.__('Asking openBIS…')} />;
  }
  if (owner === null) {
    return (
      <>
        <Nowhere parts={parts} />
        <Origin notebook={notebook} openbis={openbis} />
      </>
    );
  }
  if (asked.error !== undefined) {
    return (
      <>
        <p className="jp-openbis-stored-path">{owner.identifier}</p>
        <Trouble error={asked.error} trans={trans} again={asked.again} />
      </>
    );
  }
  return asked.value === null ? (
    <Skeleton lines={4} label={trans.__('Asking openBIS…')} />
  ) : (
    <>
      <Place card={asked.value} details={details} parts={parts} />
      <Origin notebook={notebook} openbis={openbis} />
    </>
  );
}

function Nowhere({ parts }: { parts: StoredInParts }): React.ReactElement {
  const { openbis, commands } = parts;
  const { trans } = openbis;
  return (
    <Empty
      text={trans.__('This notebook is not stored in openBIS yet.')}
      hint={trans.__('Choose the experiment or object that it belongs to; saving stores it there.')}
    >
      <TextButton primary label={trans.__('Choose a place…')} onClick={() => void commands.execute(CHANGE)} />
      {commands.hasCommand(SAVE) ? (
        <TextButton label={trans.__('Save to openBIS…')} onClick={() => void commands.execute(SAVE)} />
      ) : null}
    </Empty>
  );
}

function Place({
  card,
  details,
  parts
}: {
  card: CardDocument;
  details: StandingDocument;
  parts: StoredInParts;
}): React.ReactElement {
  const { trans } = parts.openbis;
  const kinds = {
    space: trans.__('Space'),
    project: trans.__('Project'),
    experiment: trans.__('Experiment'),
    object: trans.__('Object')
  };
  const facts: [string, string][] = [
    ...card.properties.map(({ label, value }): [string, string] => [label, value]),
    [
      trans.__('Registered'),
      [humanTime(card.registered_at), card.registrator ?? ''].filter(Boolean).join(' · ')
    ]
  ];
  return (
    <div className="jp-openbis-stored">
      <p className="jp-openbis-stored-name">
        <Picture icon={iconOf(card.kind)} />
        <strong>{card.name || card.code}</strong>
      </p>
      <p className="jp-openbis-quiet">{[kinds[card.kind], card.type].filter(Boolean).join(' · ')}</p>
      <p className="jp-openbis-stored-path">
        {card.path.map(step => (
          <React.Fragment key={step.identifier}>
            {step.code}
            <span aria-hidden="true"> › </span>
          </React.Fragment>
        ))}
        {card.code}
      </p>
      {card.frozen ? (
        <p className="jp-openbis-note">{trans.__('It is frozen: nothing more can be stored in it.')}</p>
      ) : null}
      {!card.frozen && card.may_add === false ? (
        <p className="jp-openbis-note">{trans.__('You may look at it, but not store anything in it.')}</p>
      ) : null}
      <dl className="jp-openbis-facts">
        {facts
          .filter(([, value]) => value !== '')
          .map(([label, value], at) => (
            <React.Fragment key={`${at} ${label}`}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </React.Fragment>
          ))}
      </dl>
      <div className="jp-openbis-links">
        <PageLink address={card.link}>{trans.__('Open in the ELN')}</PageLink>
        <PageLink address={details.page}>{trans.__('Open in the library')}</PageLink>
      </div>
      <div className="jp-openbis-buttons">
        <TextButton label={trans.__('Change place…')} onClick={() => void parts.commands.execute(CHANGE)} />
      </div>
    </div>
  );
}
