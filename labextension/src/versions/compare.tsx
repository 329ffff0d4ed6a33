/** What changed from one version to another, or to the file at hand: inputs first, cells last (F-13, N-10). */

import { ReactWidget } from '@jupyterlab/ui-components';
import React from 'react';

import { useAsked } from '../ui/asked.js';
import { Skeleton, TextButton, Trouble } from '../ui/parts.js';
import { ForeignPage } from './page.js';
import type { ComparisonDocument } from './shapes.js';
import { Summary } from './summary.js';
import { Commands, type Tools } from './tools.js';
import { labelOf, nameOf } from './words.js';

/** What is compared: a file with a version (by default the one that it comes from), or two versions. */
export interface Compared {
  readonly path?: string;
  readonly base?: string;
  readonly other?: string;
}

let asked = 0;

export class ComparePage extends ReactWidget {
  private readonly number = ++asked;

  constructor(
    private readonly tools: Tools,
    private readonly compared: Compared,
    private readonly fileName: string
  ) {
    super();
  }

  protected override render(): React.ReactElement {
    return (
      <Shown
        tools={this.tools}
        compared={this.compared}
        fileName={this.fileName}
        question={`compare ${this.number}`}
      />
    );
  }
}

function Shown({
  tools,
  compared,
  fileName,
  question
}: {
  tools: Tools;
  compared: Compared;
  fileName: string;
  question: string;
}): React.ReactElement {
  const { api, trans } = tools.openbis;
  const found = useAsked(question, () => api.post<ComparisonDocument>('compare', compared));
  const { value } = found;
  if (found.error !== undefined && !found.busy) {
    return <Trouble error={found.error} trans={trans} again={() => found.again()} />;
  }
  if (value === null) {
    return <Skeleton lines={6} label={trans.__('Being compared…')} />;
  }
  const ofVersion = {
    permId: value.base.perm_id,
    path: compared.path ?? '',
    name: nameOf(value.base, trans)
  };
  return (
    <>
      <div className="jp-openbis-sheet-head">
        <h1>
          {value.other === null ? trans.__('What changed in “%1”', fileName) : trans.__('What changed')}
        </h1>
        <dl className="jp-openbis-sides">
          <dt>{trans.__('From')}</dt>
          <dd>{labelOf(value.base, trans)}</dd>
          <dt>{trans.__('To')}</dt>
          <dd>
            {value.other === null ? trans.__('%1, as it is on disk', fileName) : labelOf(value.other, trans)}
          </dd>
        </dl>
        <div className="jp-openbis-buttons">
          <TextButton
            label={trans.__('Look at This Version')}
            onClick={() => void tools.app.commands.execute(Commands.view, ofVersion)}
          />
          <TextButton
            label={trans.__('Restore as a New File')}
            onClick={() => void tools.app.commands.execute(Commands.restore, ofVersion)}
          />
          <TextButton label={trans.__('Compare Again')} disabled={found.busy} onClick={() => found.again()} />
        </div>
        <Summary found={value} trans={trans} />
      </div>
      {value.html ? (
        <ForeignPage html={value.html} title={trans.__('Cells side by side')} themes={tools.themes} />
      ) : null}
    </>
  );
}
