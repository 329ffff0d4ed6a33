/** One version in the side panel: what it is, and what can be done with it. */

import { ellipsesIcon } from '@jupyterlab/ui-components';
import React from 'react';

import { humanSize } from '../ui/format.js';
import { IconButton, TextButton } from '../ui/parts.js';
import { openVersionMenu } from './menu.js';
import type { ListedVersion } from './shapes.js';
import { Commands, type Tools } from './tools.js';
import { nameOf, whenAndWho } from './words.js';

export interface VersionItemProps {
  readonly tools: Tools;
  readonly version: ListedVersion;
  readonly others: readonly ListedVersion[];
  readonly path: string;
  readonly page: string | null;
}

export function VersionItem(props: VersionItemProps): React.ReactElement {
  const { tools, version, path } = props;
  const { trans } = tools.openbis;
  const name = nameOf(version, trans);
  const run = (command: string): void => {
    void tools.app.commands.execute(command, { permId: version.perm_id, path, name });
  };
  return (
    <li className={`jp-openbis-version ${version.is_current ? 'jp-mod-current' : ''}`}>
      <div className="jp-openbis-version-head">
        <button
          type="button"
          className="jp-openbis-version-name"
          title={trans.__('Look at This Version')}
          onClick={() => run(Commands.view)}
        >
          {name}
        </button>
        <IconButton
          label={trans.__('More about “%1”', name)}
          icon={ellipsesIcon}
          onClick={event => openVersionMenu(props, event.currentTarget)}
        />
      </div>
      <Badges tools={tools} version={version} />
      <p className="jp-openbis-quiet" title={humanSize(version.size)}>
        {whenAndWho(version)}
      </p>
      {version.notes ? <p className="jp-openbis-version-notes">{version.notes}</p> : null}
      <div className="jp-openbis-buttons">
        <TextButton
          label={trans.__('Compare')}
          hint={trans.__('This version beside the notebook as it is now')}
          onClick={() => run(Commands.compare)}
        />
        <TextButton
          label={trans.__('Restore')}
          hint={trans.__('As a new file; the notebook at hand stays as it is')}
          onClick={() => run(Commands.restore)}
        />
      </div>
    </li>
  );
}

function Badges({ tools, version }: { tools: Tools; version: ListedVersion }): React.ReactElement | null {
  const { trans } = tools.openbis;
  if (!version.is_current && !version.newest && version.counts) {
    return null;
  }
  return (
    <p className="jp-openbis-badges">
      {version.newest ? <span className="jp-openbis-badge">{trans.__('Newest')}</span> : null}
      {version.is_current ? (
        <span className="jp-openbis-badge jp-mod-current">{trans.__('This file')}</span>
      ) : null}
      {version.counts ? null : (
        <span
          className="jp-openbis-badge jp-mod-fork"
          title={trans.__('Written by somebody who is neither author nor co-author: it does not count here.')}
        >
          {trans.__('Fork')}
        </span>
      )}
    </p>
  );
}
