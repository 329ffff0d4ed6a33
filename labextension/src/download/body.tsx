/** The download dialog: project, notebook, version (N-45, N-46). */

import { ReactWidget } from '@jupyterlab/ui-components';
import type { IStateDB } from '@jupyterlab/statedb';
import { type ISignal, Signal } from '@lumino/signaling';
import React, { useEffect, useState } from 'react';

import type { IOpenBIS } from '../tokens.js';
import { useAsked } from '../ui/asked.js';
import { Empty, Skeleton, TextButton, Trouble } from '../ui/parts.js';
import type { ListedVersion, NotebookRow, VersionList } from '../versions/shapes.js';
import { nameOf, whenAndWho } from '../versions/words.js';
import { joined, offered, remembered } from './choice.js';
import { ListBox } from './listbox.js';
import type { NotebookList, ProjectList } from './shapes.js';

/** Where the project that was used last is kept (N-48). */
const LAST_PROJECT = 'openbis-nb:download:project';
/** Milliseconds of rest before it is searched for what was typed. */
const REST = 300;

export class DownloadBody extends ReactWidget {
  /** PermId of the version that is chosen. */
  chosen: string | null = null;
  private readonly changes = new Signal<this, string | null>(this);

  constructor(
    private readonly openbis: IOpenBIS,
    private readonly state: IStateDB | null,
    private readonly folder: string
  ) {
    super();
    this.addClass('jp-openbis-download');
  }

  get changed(): ISignal<this, string | null> {
    return this.changes;
  }

  getValue(): string | null {
    return this.chosen;
  }

  protected override render(): React.ReactElement {
    const choose = (permId: string | null): void => {
      this.chosen = permId;
      this.changes.emit(permId);
    };
    return <Form openbis={this.openbis} state={this.state} folder={this.folder} choose={choose} />;
  }
}

interface FormProps {
  readonly openbis: IOpenBIS;
  readonly state: IStateDB | null;
  readonly folder: string;
  readonly choose: (permId: string | null) => void;
}

function Form({ openbis, state, folder, choose }: FormProps): React.ReactElement {
  const { api, trans } = openbis;
  const projects = useAsked('download projects', () => api.get<ProjectList>('projects'));
  const [project, setProject] = useState<string | null>(null);
  const [words, setWords] = useState('');
  const searched = useRest(words.trim());
  const [notebook, setNotebook] = useState<NotebookRow | null>(null);
  const known = projects.value?.projects ?? null;
  useEffect(() => {
    if (known !== null && project === null) {
      Promise.resolve(state?.fetch(LAST_PROJECT))
        .then(last => setProject(remembered(known, last)))
        .catch(() => setProject(''));
    }
  }, [known, project]);
  const take = (row: NotebookRow | null): void => {
    setNotebook(row);
    choose(null);
  };
  const chooseProject = (permId: string): void => {
    setProject(permId);
    take(null);
    state?.save(LAST_PROJECT, permId).catch(() => undefined); // it is only a convenience
  };
  if (projects.error !== undefined && !projects.busy) {
    return <Trouble error={projects.error} trans={trans} again={() => projects.again()} />;
  }
  return (
    <>
      <div className="jp-openbis-filters">
        <label>
          {trans.__('Project')}
          <select
            className="jp-openbis-control"
            value={project ?? ''}
            onChange={event => chooseProject(event.target.value)}
          >
            <option value="">{trans.__('All projects that you may read')}</option>
            {known?.map(one => (
              <option key={one.perm_id} value={one.perm_id}>
                {one.identifier}
              </option>
            ))}
          </select>
        </label>
        <label>
          {trans.__('Name')}
          <input
            type="search"
            className="jp-openbis-control"
            value={words}
            placeholder={trans.__('Part of a name')}
            onChange={event => {
              setWords(event.target.value);
              take(null);
            }}
          />
        </label>
      </div>
      {project === null ? (
        <Skeleton lines={4} label={trans.__('Looking for projects…')} />
      ) : (
        <Notebooks openbis={openbis} project={project} words={searched} taken={notebook} take={take} />
      )}
      {notebook === null ? null : (
        <Versions key={notebook.notebook_id} openbis={openbis} notebook={notebook} choose={choose} />
      )}
      <p className="jp-openbis-quiet">
        {trans.__('A new file in the folder “%1”; no file is overwritten.', folder || '/')}
      </p>
    </>
  );
}

/** *value*, once it has not changed for a moment. */
function useRest(value: string): string {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), REST);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}

interface NotebooksProps {
  readonly openbis: IOpenBIS;
  readonly project: string;
  readonly words: string;
  readonly taken: NotebookRow | null;
  readonly take: (row: NotebookRow) => void;
}

function Notebooks({ openbis, project, words, taken, take }: NotebooksProps): React.ReactElement {
  const { api, trans } = openbis;
  const [pages, setPages] = useState<readonly NotebookList[]>([]);
  const query = { project: project || undefined, q: words || undefined };
  const first = useAsked(`download ${project} ${words}`, () => api.get<NotebookList>('notebooks', query));
  useEffect(() => setPages([]), [project, words]);
  const { value } = first;
  if (first.error !== undefined && !first.busy) {
    return <Trouble error={first.error} trans={trans} again={() => first.again()} />;
  }
  if (value === null) {
    return <Skeleton lines={4} label={trans.__('Looking for notebooks…')} />;
  }
  const all = [value, ...pages];
  const rows = all.reduce<readonly NotebookRow[]>((shown, page) => joined(shown, page.notebooks), []);
  const next = all[all.length - 1]?.next_offset ?? null;
  const more = (): void => {
    api
      .get<NotebookList>('notebooks', { ...query, offset: next ?? 0 })
      .then(page => setPages([...pages, page]))
      .catch((error: unknown) => openbis.fail(error));
  };
  if (rows.length === 0) {
    return (
      <Empty
        text={trans.__('No notebook is there that you may read.')}
        hint={trans.__('Choose another project, or search for another name.')}
      />
    );
  }
  return (
    <div className="jp-openbis-field">
      <span className="jp-openbis-label">{trans.__('Notebook')}</span>
      <ListBox
        id="jp-openbis-notebooks"
        label={trans.__('Notebook')}
        chosen={taken?.notebook_id ?? null}
        choose={id => {
          const row = rows.find(one => one.notebook_id === id);
          if (row !== undefined) {
            take(row);
          }
        }}
        options={rows.map(row => ({
          id: row.notebook_id,
          title: nameOf(row, trans),
          detail: [whenAndWho(row), row.owner?.identifier].filter(Boolean).join(' · ')
        }))}
      />
      {next === null ? null : <TextButton label={trans.__('Show More')} onClick={more} />}
    </div>
  );
}

interface VersionsProps {
  readonly openbis: IOpenBIS;
  readonly notebook: NotebookRow;
  readonly choose: (permId: string | null) => void;
}

function Versions({ openbis, notebook, choose }: VersionsProps): React.ReactElement {
  const { api, trans } = openbis;
  const id = notebook.notebook_id;
  const asked = useAsked(`download versions ${id}`, () => api.get<VersionList>('versions', { notebook: id }));
  const [chosen, setChosen] = useState<string | null>(null);
  const set = (permId: string | null): void => {
    setChosen(permId);
    choose(permId);
  };
  const { value } = asked;
  useEffect(() => {
    if (value !== null && chosen === null) {
      set(offered(value.versions));
    }
  }, [value]);
  if (asked.error !== undefined && !asked.busy) {
    return <Trouble error={asked.error} trans={trans} again={() => asked.again()} />;
  }
  if (value === null) {
    return <Skeleton lines={3} label={trans.__('Looking for versions…')} />;
  }
  return (
    <div className="jp-openbis-field">
      <span className="jp-openbis-label">{trans.__('Version')}</span>
      <ListBox
        id="jp-openbis-download-versions"
        label={trans.__('Version')}
        chosen={chosen}
        choose={set}
        options={value.versions.map((version: ListedVersion) => ({
          id: version.perm_id,
          title: nameOf(version, trans),
          detail: whenAndWho(version),
          badges: [
            ...(version.newest ? [trans.__('Newest')] : []),
            ...(version.counts ? [] : [trans.__('Fork')])
          ]
        }))}
      />
    </div>
  );
}
