/** The tree with a search box above it; what is found takes the tree's place until the box is empty. */

import React, { useEffect, useMemo, useState } from 'react';

import type { IOpenBIS } from '../tokens.js';
import { useNews } from '../ui/asked.js';
import type { Item } from './items.js';
import { liveTree, type LiveTree, type Scope } from './source.js';
import { type Action, TreeView } from './view.js';

/** Milliseconds of rest after which a search begins. */
const REST = 300;

export interface BrowserProps {
  readonly openbis: IOpenBIS;
  /** The tree from its spaces on; whoever holds it keeps what is open in it. */
  readonly tree: LiveTree;
  readonly scope: () => Scope;
  readonly actions: (item: Item) => readonly Action[];
  /** Told which line the person is at. */
  readonly chosen?: (item: Item | null) => void;
}

export function Browser(props: BrowserProps): React.ReactElement {
  const { openbis, tree, scope, actions, chosen } = props;
  const { trans } = openbis;
  const [typed, setTyped] = useState('');
  const words = useRested(typed.trim());
  const found = useMemo(() => (words ? liveTree(openbis.api, scope, words) : null), [words]);
  const shown = found ?? tree;
  const news = useNews(shown.changed);
  const { model } = shown;
  const row = model.row(model.current);
  useEffect(() => chosen?.(row?.is === 'item' ? row.item : null), [shown, news, row?.key]);
  const box = trans.__('Name, code or permId');
  return (
    <div className="jp-openbis-browser">
      <input
        type="search"
        className="jp-openbis-search"
        aria-label={trans.__('Search in openBIS')}
        placeholder={box}
        value={typed}
        onChange={event => setTyped(event.currentTarget.value)}
        onKeyDown={event => {
          if (event.key === 'ArrowDown') {
            const tree = event.currentTarget.parentElement;
            tree?.querySelector<HTMLElement>('[role="treeitem"][tabindex="0"]')?.focus();
            event.preventDefault();
          }
        }}
      />
      <p className="jp-openbis-found jp-openbis-quiet" role="status">
        {found !== null
          ? counted(found, trans.__('Searching…'), count => trans._n('%1 found', '%1 found', count))
          : ''}
      </p>
      <TreeView
        key={words}
        tree={shown}
        trans={trans}
        label={words ? trans.__('Found in openBIS') : trans.__('openBIS')}
        actions={actions}
        nothing={words ? trans.__('Nothing is called that.') : trans.__('openBIS shows you no space.')}
      />
    </div>
  );
}

function counted(found: LiveTree, searching: string, said: (count: number) => string): string {
  const rows = found.model.rows();
  if (!found.model.begun || rows.some(row => row.is === 'waiting')) {
    return searching;
  }
  return said(rows.filter(row => row.level === 1 && row.is === 'item').length);
}

/** The text once nobody has typed for a moment; the empty text at once. */
function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setRested(text), text ? REST : 0);
    return () => window.clearTimeout(timer);
  }, [text]);
  return rested;
}
