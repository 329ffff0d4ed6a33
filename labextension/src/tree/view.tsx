/** The tree as it is seen: lines, keys, and what can be done with the line at hand. */

import { caretDownIcon, caretRightIcon, type LabIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useEffect, useRef } from 'react';

import { Problem } from '../api/problem.js';
import { useNews } from '../ui/asked.js';
import { humanSize } from '../ui/format.js';
import { IconButton, Picture, TextButton, useKnown } from '../ui/parts.js';
import { dragOnMove } from './drag.js';
import { iconOf } from './icons.js';
import type { Item } from './items.js';
import type { ExtraRow, ItemRow, Row } from './model.js';
import type { LiveTree } from './source.js';

/** Something that can be done with a line. */
export interface Action {
  readonly label: string;
  readonly icon: LabIcon;
  readonly primary?: boolean;
  /** Shown by its icon alone, beside what matters more. */
  readonly beside?: boolean;
  readonly run: () => void;
}

export interface TreeViewProps {
  readonly tree: LiveTree;
  readonly trans: TranslationBundle;
  readonly label: string;
  /** What can be done with a line; the first is done by Enter or a double click where nothing opens. */
  readonly actions: (item: Item) => readonly Action[];
  /** What is said where nothing is there at all. */
  readonly nothing: string;
}

export function TreeView(props: TreeViewProps): React.ReactElement {
  const { tree, trans, label, actions } = props;
  const { model } = tree;
  useNews(tree.changed);
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    if (!model.begun) {
      void model.begin();
    }
  }, [model]);
  useEffect(() => {
    const { current } = list;
    if (current?.contains(document.activeElement)) {
      current.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
    }
  });
  const rows = model.rows();
  const act = (row: Row, opens = true): void => {
    if (row.is === 'more') {
      void model.more(row);
    } else if (row.is === 'trouble') {
      void model.again(row);
    } else if (row.is === 'item' && row.item.opens && opens) {
      void model.toggle(row.key);
    } else if (row.is === 'item') {
      actions(row.item)[0]?.run();
    }
  };
  const pressed = (event: React.KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const done = model.press(event.key, Date.now());
    const row = model.row(model.current);
    if (done === 'act' && row !== null) {
      act(row);
    }
    if (done !== null) {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  const at = model.row(model.current);
  const possible = at?.is === 'item' ? actions(at.item) : [];
  return (
    <div className="jp-openbis-tree">
      <ul ref={list} role="tree" aria-label={label} onKeyDown={pressed}>
        {rows.map(row => (
          <Line
            key={row.key}
            row={row}
            trans={trans}
            nothing={props.nothing}
            current={row.key === model.current}
            select={() => model.select(row.key)}
            toggle={() => void model.toggle(row.key)}
            act={() => act(row)}
          />
        ))}
      </ul>
      {at?.is === 'item' && possible.length > 0 ? (
        <div
          className="jp-openbis-tree-actions"
          role="toolbar"
          aria-label={trans.__('What to do with %1', at.item.label)}
        >
          {possible.map(({ label, icon, primary = false, beside = false, run }) =>
            beside ? (
              <IconButton key={label} label={label} icon={icon} onClick={run} />
            ) : (
              <TextButton key={label} label={label} icon={icon} primary={primary} onClick={run} />
            )
          )}
        </div>
      ) : null}
    </div>
  );
}

interface LineProps {
  readonly row: Row;
  readonly trans: TranslationBundle;
  readonly nothing: string;
  readonly current: boolean;
  readonly select: () => void;
  readonly toggle: () => void;
  readonly act: () => void;
}

function Line(props: LineProps): React.ReactElement {
  const { row, current, select, act } = props;
  const indent = { '--jp-openbis-level': row.level } as React.CSSProperties;
  if (row.is === 'waiting' || row.is === 'empty') {
    return (
      <li role="none" className="jp-openbis-line jp-mod-extra" style={indent}>
        <ExtraText {...props} row={row} />
      </li>
    );
  }
  const common = {
    role: 'treeitem',
    className: `jp-openbis-line ${current ? 'jp-mod-selected' : ''}`,
    style: indent,
    'aria-level': row.level,
    'aria-posinset': row.position,
    'aria-setsize': row.siblings,
    'aria-selected': current,
    tabIndex: current ? 0 : -1
  };
  if (row.is !== 'item') {
    return (
      <li
        {...common}
        onClick={() => {
          select();
          act();
        }}
      >
        <ExtraText {...props} row={row} />
      </li>
    );
  }
  return (
    <li
      {...common}
      {...(row.item.opens ? { 'aria-expanded': row.open } : {})}
      aria-busy={row.busy}
      data-openbis-kind={row.item.kind}
      data-openbis-id={row.item.permId}
      onClick={select}
      onContextMenu={select}
      onDoubleClick={act}
      onPointerDown={event => {
        if (row.item.kind === 'data-set') {
          const { perm_id, name, type } = row.item.dataSet;
          dragOnMove(event, { perm_id, name, type });
        }
      }}
    >
      <ItemText row={row} toggle={props.toggle} />
    </li>
  );
}

function ItemText({ row, toggle }: { row: ItemRow; toggle: () => void }): React.ReactElement {
  const { item } = row;
  const size = item.kind === 'data-set' ? humanSize(item.dataSet.size) : '';
  const beside = item.kind === 'data-set' ? [item.type, size].filter(Boolean).join(' · ') : item.detail;
  return (
    <>
      <span
        className="jp-openbis-caret"
        onClick={event => {
          event.stopPropagation();
          toggle();
        }}
        onDoubleClick={event => event.stopPropagation()}
      >
        {item.opens ? <Picture icon={row.open ? caretDownIcon : caretRightIcon} /> : null}
      </span>
      <Picture icon={iconOf(item.kind)} />
      <span
        className="jp-openbis-line-text"
        title={[item.label, item.detail, beside].filter(Boolean).join('\n')}
      >
        <span className="jp-openbis-line-label">{item.label}</span>
        {beside ? <span className="jp-openbis-quiet"> {beside}</span> : null}
      </span>
      {row.busy ? <span className="jp-openbis-spinner" aria-hidden="true" /> : null}
    </>
  );
}

function ExtraText({
  row,
  trans,
  nothing
}: {
  row: ExtraRow;
  trans: TranslationBundle;
  nothing: string;
}): React.ReactElement {
  const known = useKnown(row.is === 'trouble' ? row.error : null, trans);
  if (row.is === 'more') {
    return <span>{trans._n('%1 more…', '%1 more…', row.left)}</span>;
  }
  if (row.is === 'waiting') {
    return <span className="jp-openbis-quiet">{trans.__('Asking openBIS…')}</span>;
  }
  if (row.is === 'empty') {
    return (
      <span className="jp-openbis-quiet">{row.level === 1 ? nothing : trans.__('Nothing lies here.')}</span>
    );
  }
  const { error } = row;
  if (known !== null) {
    return <span className="jp-openbis-quiet">{known}</span>;
  }
  const text = error instanceof Problem ? `${error.message} ${error.nextStep}`.trim() : String(error);
  return (
    <span className="jp-openbis-line-trouble">
      {text} {trans.__('Press Enter or click to try again.')}
    </span>
  );
}
