/** A plan in words: to whom, what, what was taken out, what to mind. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { PublishPlan } from './shapes.js';
import { contents, ofVersion } from './wish.js';

/** People that are named; of more only the number is. */
const MOST_PEOPLE = 30;

export function PlanFacts({
  plan,
  trans
}: {
  plan: PublishPlan;
  trans: TranslationBundle;
}): React.ReactElement {
  const { may, redactions, warnings, pages } = plan;
  return (
    <>
      {may.publish.allowed ? null : (
        <p className="jp-openbis-banner jp-mod-warn" role="alert">
          {may.publish.reason}
        </p>
      )}
      <dl className="jp-openbis-publish-facts">
        <dt>{trans.__('By whom')}</dt>
        <dd>
          {plan.visible_to.text}
          <People known={plan.visible_to.people ?? []} trans={trans} />
        </dd>
        <dt>{trans.__('What')}</dt>
        <dd>
          {contents(plan, trans)}; {ofVersion(plan, trans)}
        </dd>
        {redactions.length > 0 ? (
          <>
            <dt>{trans.__('Taken out')}</dt>
            <dd>
              <ul>
                {redactions.map(one => (
                  <li key={`${one.kind} ${one.place}`}>
                    {one.kind}, {one.place}
                  </li>
                ))}
              </ul>
            </dd>
          </>
        ) : null}
      </dl>
      {warnings.map(text => (
        <p key={text} className="jp-openbis-banner jp-mod-warn">
          {text}
        </p>
      ))}
      {pages.length > 0 ? (
        <p className="jp-openbis-quiet">
          {trans._n(
            'This notebook has %1 page already; it stays as it is.',
            'This notebook has %1 pages already; they stay as they are.',
            pages.length
          )}
        </p>
      ) : null}
    </>
  );
}

function People({
  known,
  trans
}: {
  known: readonly (readonly [string, string])[];
  trans: TranslationBundle;
}): React.ReactElement | null {
  if (known.length === 0) {
    return null;
  }
  const left = known.length - MOST_PEOPLE;
  return (
    <details>
      <summary>{trans._n('%1 person now', '%1 people now', known.length)}</summary>
      <ul>
        {known.slice(0, MOST_PEOPLE).map(([user, role]) => (
          <li key={`${user} ${role}`}>
            {user} ({role})
          </li>
        ))}
        {left > 0 ? <li>{trans.__('and %1 more', left)}</li> : null}
      </ul>
    </details>
  );
}
