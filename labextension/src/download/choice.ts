/** What is chosen in the download dialog; nothing here needs a browser. */

import type { ListedVersion, NotebookRow } from '../versions/shapes.js';
import type { Project } from './shapes.js';

/** A further page after what is shown: a notebook that it names again keeps its place. */
export function joined(shown: readonly NotebookRow[], more: readonly NotebookRow[]): readonly NotebookRow[] {
  const known = new Set(shown.map(one => one.notebook_id));
  return [...shown, ...more.filter(one => !known.has(one.notebook_id))];
}

/** The version that is offered first: the newest that counts. */
export function offered(versions: readonly ListedVersion[]): string | null {
  return (versions.find(one => one.newest) ?? versions[0])?.perm_id ?? null;
}

/** The project that was used last, if it is still there; empty for all of them. */
export function remembered(projects: readonly Project[], permId: unknown): string {
  return projects.some(one => one.perm_id === permId) ? String(permId) : '';
}

/** The place in a list after a key of the keyboard; `null` for other keys. */
export function moved(place: number, count: number, key: string): number | null {
  const last = count - 1;
  switch (key) {
    case 'ArrowDown':
      return Math.min(last, place + 1);
    case 'ArrowUp':
      return Math.max(0, place - 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}
