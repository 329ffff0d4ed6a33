/** What is known of something, name by name. */

import React from 'react';

export function FactList({ facts }: { facts: readonly (readonly [string, string])[] }): React.ReactElement {
  return (
    <dl className="jp-openbis-facts">
      {facts
        .filter(([, value]) => value !== '')
        .map(([label, value]) => (
          <React.Fragment key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </React.Fragment>
        ))}
    </dl>
  );
}

/** What the person should know before they go on. */
export function Warnings({ texts }: { texts: readonly string[] }): React.ReactElement {
  return (
    <>
      {texts.map((text, at) => (
        <p key={at} className="jp-openbis-note">
          {text}
        </p>
      ))}
    </>
  );
}
