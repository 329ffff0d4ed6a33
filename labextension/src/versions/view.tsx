/** What a version holds, as a still page (N-05). */

import { ReactWidget } from '@jupyterlab/ui-components';
import React, { useState } from 'react';

import { useAsked } from '../ui/asked.js';
import { humanSize } from '../ui/format.js';
import { Skeleton, TextButton, Trouble } from '../ui/parts.js';
import { ForeignPage } from './page.js';
import type { VersionView } from './shapes.js';
import { Commands, type Tools } from './tools.js';
import { nameOf, whenAndWho } from './words.js';

export class VersionPage extends ReactWidget {
  constructor(
    private readonly tools: Tools,
    private readonly permId: string,
    private readonly path: string
  ) {
    super();
  }

  protected override render(): React.ReactElement {
    return <Shown tools={this.tools} permId={this.permId} path={this.path} />;
  }
}

function Shown({ tools, permId, path }: { tools: Tools; permId: string; path: string }): React.ReactElement {
  const { api, trans } = tools.openbis;
  const [withCode, setWithCode] = useState(true);
  const code = withCode ? 'shown' : 'hidden';
  const asked = useAsked(`version ${permId} ${code}`, () =>
    api.get<VersionView>(`versions/${encodeURIComponent(permId)}/view`, { code, path: path || undefined })
  );
  const { value } = asked;
  if (asked.error !== undefined && !asked.busy) {
    return <Trouble error={asked.error} trans={trans} again={() => asked.again()} />;
  }
  if (value === null) {
    return <Skeleton lines={6} label={trans.__('The version is being fetched…')} />;
  }
  const run = (command: string): void => {
    void tools.app.commands.execute(command, { permId, path });
  };
  return (
    <>
      <div className="jp-openbis-sheet-head">
        <h1>{nameOf(value, trans)}</h1>
        <p className="jp-openbis-quiet">
          {[whenAndWho(value), humanSize(value.size), value.perm_id].filter(Boolean).join(' · ')}
        </p>
        {value.notes ? <p className="jp-openbis-version-notes">{value.notes}</p> : null}
        <div className="jp-openbis-buttons">
          <TextButton
            label={trans.__('Restore as a New File')}
            primary
            onClick={() => run(Commands.restore)}
          />
          {path ? (
            <TextButton label={trans.__('Compare with This File')} onClick={() => run(Commands.compare)} />
          ) : null}
          <TextButton
            label={withCode ? trans.__('Hide Code') : trans.__('Show Code')}
            onClick={() => setWithCode(!withCode)}
          />
        </div>
      </div>
      <ForeignPage html={value.html} title={trans.__('Contents of the version')} themes={tools.themes} />
    </>
  );
}
