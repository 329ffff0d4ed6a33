/** What changed beside the cells, and how many of those did; changed inputs come first (F-13). */

import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { ComparisonDocument, InputName, ValueChange } from './shapes.js';
import { cellSentence, factText, isSame, valueText } from './words.js';

interface SummaryProps {
  readonly found: ComparisonDocument;
  readonly trans: TranslationBundle;
}

export function Summary({ found, trans }: SummaryProps): React.ReactElement {
  return (
    <div className="jp-openbis-changes" role="region" aria-label={trans.__('Summary')}>
      {isSame(found) ? <p className="jp-openbis-nothing">{trans.__('Nothing has changed.')}</p> : null}
      {found.known ? null : (
        <p className="jp-openbis-quiet">
          {trans.__('One of them does not say where it comes from, so only the cells can be compared.')}
        </p>
      )}
      <Inputs found={found} trans={trans} />
      <Values title={trans.__('Parameters')} changes={found.parameters} text={valueText} trans={trans} />
      <Values title={trans.__('Environment')} changes={found.environment} text={factText} trans={trans} />
      <Cells found={found} trans={trans} />
    </div>
  );
}

function Inputs({ found, trans }: SummaryProps): React.ReactElement | null {
  const { inputs_added: added, inputs_removed: removed, not_attached: waiting } = found;
  if (added.length + removed.length + waiting.length === 0) {
    return null;
  }
  return (
    <section>
      <h2>{trans.__('Inputs')}</h2>
      <ul>
        {added.map(input => (
          <Input key={input.perm_id} input={input} kind="added" what={trans.__('added')} trans={trans} />
        ))}
        {removed.map(input => (
          <Input key={input.perm_id} input={input} kind="removed" what={trans.__('removed')} trans={trans} />
        ))}
        {waiting.map(input => (
          <Input
            key={input.perm_id}
            input={input}
            kind="waiting"
            what={trans.__('not attached in this session: the next version would not have it as an input')}
            trans={trans}
          />
        ))}
      </ul>
    </section>
  );
}

const SIGNS = { added: '+', removed: '−', waiting: '!' } as const;

function Input({
  input,
  kind,
  what,
  trans
}: {
  input: InputName;
  kind: keyof typeof SIGNS;
  what: string;
  trans: TranslationBundle;
}): React.ReactElement {
  const name = input.visible ? input.name || input.type : trans.__('hidden from you, or gone');
  return (
    <li className={`jp-mod-${kind}`}>
      <span className="jp-openbis-sign" aria-hidden="true">
        {SIGNS[kind]}
      </span>
      <span>
        {name} <span className="jp-openbis-quiet">{input.perm_id}</span> – {what}
      </span>
    </li>
  );
}

function Values({
  title,
  changes,
  text,
  trans
}: {
  title: string;
  changes: readonly ValueChange[];
  text: (value: unknown) => string;
  trans: TranslationBundle;
}): React.ReactElement | null {
  return changes.length === 0 ? null : (
    <section>
      <h2>{title}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{trans.__('Name')}</th>
            <th scope="col">{trans.__('Before')}</th>
            <th scope="col">{trans.__('After')}</th>
          </tr>
        </thead>
        <tbody>
          {changes.map(change => (
            <tr key={change.name}>
              <th scope="row">{change.name}</th>
              <td>{text(change.before)}</td>
              <td>{text(change.after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Cells({ found, trans }: SummaryProps): React.ReactElement {
  const { cells, note } = found;
  const said = cells === null ? trans.__('The cells cannot be compared.') : cellSentence(cells, trans);
  return (
    <section>
      <h2>{trans.__('Cells')}</h2>
      <p>{said || trans.__('All cells are the same.')}</p>
      {note ? <p className="jp-openbis-quiet">{note}</p> : null}
    </section>
  );
}
