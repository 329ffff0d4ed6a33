/** A tree whose levels are asked for when they are opened; what keys do in it (WAI-ARIA's tree pattern). */

import type { Group, Item } from './items.js';

export type Load = (parent: Item | null, after: string | null) => Promise<Group[]>;

/** One line as it is shown. */
export type Row = ItemRow | ExtraRow;

interface Placed {
  readonly key: string;
  /** From 1. */
  readonly level: number;
  readonly position: number;
  readonly siblings: number;
}

export interface ItemRow extends Placed {
  readonly is: 'item';
  readonly item: Item;
  readonly open: boolean;
  readonly busy: boolean;
}

/** A line that is no entity: the next page, a level that is on its way, empty, or could not be had. */
export interface ExtraRow extends Placed {
  readonly is: 'more' | 'waiting' | 'empty' | 'trouble';
  readonly parent: string;
  /** Of `more`: which group, and how many are left in it. */
  readonly group: string;
  readonly left: number;
  readonly error: unknown;
}

interface Branch {
  readonly item: Item | null;
  readonly parent: string | null;
  readonly level: number;
  open: boolean;
  busy: boolean;
  groups: Group[] | null;
  error: unknown;
}

const ROOT = '';
/** Milliseconds between two letters that belong to one word. */
const ONE_WORD = 700;

export class TreeModel {
  /** The line that the keyboard is at. */
  current: string | null = null;
  private branches = new Map<string, Branch>();
  private typed = { text: '', at: 0 };
  private turn = 0;

  /**
   * @param load - gets one page of a level; of the top where there is no parent.
   * @param changed - is called when there is something else to show.
   */
  constructor(
    private readonly load: Load,
    private readonly changed: () => void
  ) {
    this.branches.set(ROOT, branch(null, null, 0));
  }

  /** Whether the top was asked for. */
  get begun(): boolean {
    const root = this.branch(ROOT);
    return root.busy || root.groups !== null || root.error !== null;
  }

  /** Ask for the top, forgetting everything. */
  async begin(): Promise<void> {
    this.turn += 1;
    this.branches = new Map([[ROOT, branch(null, null, 0)]]);
    this.current = null;
    await this.open(ROOT);
  }

  rows(): Row[] {
    const found: Row[] = [];
    this.collect(ROOT, found);
    return found;
  }

  row(key: string | null): Row | null {
    return this.rows().find(row => row.key === key) ?? null;
  }

  select(key: string): void {
    this.current = key;
    this.changed();
  }

  async toggle(key: string): Promise<void> {
    if (this.branch(key).open) {
      this.close(key);
    } else {
      await this.open(key);
    }
  }

  /** Open a level, asking for it where it is not known. */
  async open(key: string): Promise<void> {
    const opened = this.branch(key);
    if (opened.item !== null && !opened.item.opens) {
      return;
    }
    opened.open = true;
    if (opened.groups !== null || opened.busy) {
      this.changed();
      return;
    }
    await this.ask(opened, null, groups => {
      opened.groups = groups;
      this.adopt(key, groups);
    });
  }

  close(key: string): void {
    this.branch(key).open = false;
    this.changed();
  }

  /** The next page of a group; the keyboard goes to its first line. */
  async more(row: ExtraRow): Promise<void> {
    const of = this.branch(row.parent);
    const group = of.groups?.find(one => one.name === row.group);
    if (group === undefined || group.after === null || of.busy) {
      return;
    }
    await this.ask(of, group.after, pages => {
      const page = pages.find(one => one.name === row.group);
      const items = [...group.items, ...(page?.items ?? [])];
      const grown = { ...group, items, total: page?.total ?? group.total, after: page?.after ?? null };
      of.groups = (of.groups ?? []).map(one => (one === group ? grown : one));
      this.adopt(row.parent, page ? [page] : []);
      if (this.current === row.key) {
        const next = items[group.items.length] ?? items.at(-1);
        this.current = next === undefined ? null : keyIn(row.parent, next);
      }
    });
  }

  /** Ask once more for a level that could not be had. */
  async again(row: ExtraRow): Promise<void> {
    await this.open(row.parent);
  }

  /**
   * Do what a key does.
   *
   * @param now - milliseconds, to tell one typed word from the next.
   * @returns whether it was for the tree; `act` where the person wants something done with the line.
   */
  press(key: string, now: number): 'done' | 'act' | null {
    const rows = this.rows().filter(row => row.is !== 'waiting' && row.is !== 'empty');
    const at = Math.max(
      0,
      rows.findIndex(row => row.key === this.current)
    );
    const row = rows[at];
    if (row === undefined) {
      return null;
    }
    const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[key];
    if (target !== undefined) {
      this.go(rows[Math.min(rows.length - 1, Math.max(0, target))]);
    } else if (key === 'ArrowRight') {
      this.inwards(row, rows[at + 1]);
    } else if (key === 'ArrowLeft') {
      this.outwards(row, rows);
    } else if (key === 'Enter' || (key === ' ' && now - this.typed.at > ONE_WORD)) {
      return 'act';
    } else if (key.length === 1) {
      this.typeahead(key, now, rows, at);
    } else {
      return null;
    }
    return 'done';
  }

  private inwards(row: Row, next: Row | undefined): void {
    if (row.is !== 'item' || !row.item.opens) {
      return;
    }
    if (!row.open) {
      void this.open(row.key);
    } else if (next !== undefined && next.level > row.level) {
      this.go(next);
    }
  }

  private outwards(row: Row, rows: readonly Row[]): void {
    if (row.is === 'item' && row.open) {
      this.close(row.key);
    } else {
      const parent = row.is === 'item' ? this.branch(row.key).parent : row.parent;
      this.go(rows.find(one => one.key === parent));
    }
  }

  private typeahead(letter: string, now: number, rows: readonly Row[], at: number): void {
    const goesOn = now - this.typed.at <= ONE_WORD;
    const text = (goesOn ? this.typed.text : '') + letter.toLowerCase();
    this.typed = { text, at: now };
    const from = text.length > 1 ? at : at + 1; // a longer word may still be this line's
    const turned = [...rows.slice(from), ...rows.slice(0, from)];
    this.go(turned.find(row => row.is === 'item' && row.item.label.toLowerCase().startsWith(text)));
  }

  private go(row: Row | undefined): void {
    if (row !== undefined) {
      this.select(row.key);
    }
  }

  private async ask(of: Branch, after: string | null, take: (groups: Group[]) => void): Promise<void> {
    const turn = this.turn;
    of.busy = true;
    of.error = null;
    this.changed();
    try {
      const groups = await this.load(of.item, after);
      if (turn === this.turn) {
        take(groups);
      }
    } catch (error) {
      of.error = error;
    } finally {
      of.busy = false;
      if (turn === this.turn) {
        this.current ??= this.rows().find(row => row.is === 'item')?.key ?? null;
        this.changed();
      }
    }
  }

  private adopt(parent: string, groups: readonly Group[]): void {
    const level = this.branch(parent).level + 1;
    for (const item of groups.flatMap(group => group.items)) {
      const key = keyIn(parent, item);
      if (!this.branches.has(key)) {
        this.branches.set(key, branch(item, parent, level));
      }
    }
  }

  private branch(key: string): Branch {
    const found = this.branches.get(key);
    if (found === undefined) {
      throw new Error(`no line of the tree: ${key}`);
    }
    return found;
  }

  private collect(key: string, found: Row[]): void {
    const of = this.branch(key);
    const groups = of.groups ?? [];
    const siblings = groups.reduce((sum, group) => sum + group.items.length + (group.after ? 1 : 0), 0);
    let position = 0;
    const extra = (is: ExtraRow['is'], group = '', left = 0): void => {
      found.push({
        is,
        key: `${key}/${is}:${group}`,
        level: of.level + 1,
        position: ++position,
        siblings: Math.max(siblings, position),
        parent: key,
        group,
        left,
        error: of.error
      });
    };
    for (const group of groups) {
      for (const item of group.items) {
        const own = keyIn(key, item);
        const { open, busy, level } = this.branch(own);
        found.push({ is: 'item', key: own, level, position: ++position, siblings, item, open, busy });
        if (open) {
          this.collect(own, found);
        }
      }
      if (group.after !== null) {
        extra('more', group.name, group.total - group.items.length);
      }
    }
    if (of.error !== null) {
      extra('trouble');
    } else if (of.groups === null && of.busy) {
      extra('waiting');
    } else if (of.groups?.length === 0) {
      extra('empty');
    }
  }
}

/** A search may find an object, and the experiment in which it lies: then it has two lines. */
function keyIn(parent: string, item: Item): string {
  return parent === ROOT ? item.key : `${parent} ${item.key}`;
}

function branch(item: Item | null, parent: string | null, level: number): Branch {
  return { item, parent, level, open: false, busy: false, groups: null, error: null };
}
