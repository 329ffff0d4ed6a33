/** The section of the side panel: the versions of the notebook at hand, newest first (row 84). */

import type { NotebookPanel } from '@jupyterlab/notebook';
import React, { useEffect, useRef } from 'react';

import type { IOpenBISPanel, SectionProps } from '../tokens.js';
import { useAsked } from '../ui/asked.js';
import { Empty, Skeleton, TextButton, Trouble } from '../ui/parts.js';
import { VersionItem } from './item.js';
import type { ListedVersion, VersionList } from './shapes.js';
import { Commands, pathOf, type Tools } from './tools.js';

export function versionsBody(
  tools: Tools,
  panel: IOpenBISPanel
): (props: SectionProps) => React.ReactElement | null {
  return ({ notebook }) =>
    notebook === null ? null : <Versions tools={tools} panel={panel} notebook={notebook} />;
}

interface VersionsProps {
  readonly tools: Tools;
  readonly panel: IOpenBISPanel;
  readonly notebook: NotebookPanel;
}

function Versions({ tools, panel, notebook }: VersionsProps): React.ReactElement {
  const { api, trans } = tools.openbis;
  const path = pathOf(tools, notebook);
  const asked = useAsked(`versions ${path}`, () => api.get<VersionList>('versions', { path }));
  const known = useRef(stateOf(tools, notebook));
  useEffect(() => {
    const standing = (_: unknown, changed: NotebookPanel): void => {
      const now = stateOf(tools, notebook);
      if (changed === notebook && now !== known.current) {
        known.current = now;
        asked.again();
      }
    };
    const again = (): void => asked.again();
    tools.notebooks.standingChanged.connect(standing);
    panel.refreshed.connect(again);
    return () => {
      tools.notebooks.standingChanged.disconnect(standing);
      panel.refreshed.disconnect(again);
    };
  }, [notebook]);

  const { value } = asked;
  if (asked.error !== undefined && !asked.busy) {
    return <Trouble error={asked.error} trans={trans} again={() => asked.again()} />;
  }
  if (value === null) {
    return <Skeleton lines={4} label={trans.__('Looking for versions…')} />;
  }
  if (value.versions.length === 0) {
    return <NoVersions tools={tools} elsewhere={value.elsewhere} />;
  }
  return <Found tools={tools} found={value} path={path} />;
}

/** What makes the list another one: the file was saved, or somebody else has saved. */
function stateOf(tools: Tools, notebook: NotebookPanel): string {
  const said = tools.notebooks.details(notebook);
  return JSON.stringify([said?.notebook_id, said?.version, said?.newest?.perm_id]);
}

function NoVersions({ tools, elsewhere }: { tools: Tools; elsewhere: boolean }): React.ReactElement {
  const { trans } = tools.openbis;
  return elsewhere ? (
    <Empty
      text={trans.__('This notebook belongs to another openBIS.')}
      hint={trans.__('Connect to that one to see its versions.')}
    />
  ) : (
    <Empty
      text={trans.__('No version is in openBIS yet.')}
      hint={trans.__('Each save to openBIS makes one; all of them stay.')}
    />
  );
}

function Found({
  tools,
  found,
  path
}: {
  tools: Tools;
  found: VersionList;
  path: string;
}): React.ReactElement {
  const { trans } = tools.openbis;
  const { commands } = tools.app;
  const left = found.total - found.versions.length;
  return (
    <div className="jp-openbis-versions">
      <div className="jp-openbis-buttons">
        <TextButton
          label={trans.__('What changed?')}
          hint={trans.__('Compare the notebook with the version that it comes from')}
          onClick={() => void commands.execute(Commands.changes)}
        />
        {commands.hasCommand(Commands.publish) && commands.isVisible(Commands.publish) ? (
          <TextButton
            label={trans.__('Publish…')}
            hint={trans.__('As a page for people who do not code')}
            onClick={() => void commands.execute(Commands.publish)}
          />
        ) : null}
      </div>
      <ol>
        {found.versions.map((version: ListedVersion) => (
          <VersionItem
            key={version.perm_id}
            tools={tools}
            version={version}
            others={found.versions}
            path={path}
            page={found.page}
          />
        ))}
      </ol>
      {left > 0 ? (
        <p className="jp-openbis-quiet">
          {trans._n('%1 earlier version is not shown.', '%1 earlier versions are not shown.', left)}
        </p>
      ) : null}
    </div>
  );
}
