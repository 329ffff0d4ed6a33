/** Where the notebook at hand was imported from, as it says itself (table row 80). */

import type { NotebookPanel } from '@jupyterlab/notebook';
import React from 'react';

import type { IOpenBIS } from '../tokens.js';
import { PageLink } from '../ui/parts.js';
import { originOf, shortCommit } from './words.js';

export function Origin({
  notebook,
  openbis
}: {
  notebook: NotebookPanel;
  openbis: IOpenBIS;
}): React.ReactElement | null {
  const { trans } = openbis;
  const origin = originOf(notebook.content.model?.getMetadata('openbis'));
  if (origin === null) {
    return null;
  }
  return (
    <dl className="jp-openbis-facts jp-openbis-origin">
      <dt>{trans.__('Imported from')}</dt>
      <dd>
        <PageLink address={origin.url}>{origin.url}</PageLink>
      </dd>
      {origin.commit ? (
        <>
          <dt>{trans.__('Commit')}</dt>
          <dd title={origin.commit}>{shortCommit(origin.commit)}</dd>
        </>
      ) : null}
    </dl>
  );
}
