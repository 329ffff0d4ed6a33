/** What the routes of the download dialog answer. Names are as on the wire. */

import type { NotebookRow } from '../versions/shapes.js';

export interface Project {
  readonly perm_id: string;
  readonly identifier: string;
  readonly code: string;
}

/** `GET projects`. */
export interface ProjectList {
  readonly projects: readonly Project[];
  readonly total: number;
}

/** `GET notebooks`; a further page may name notebooks of an earlier one again. */
export interface NotebookList {
  readonly notebooks: readonly NotebookRow[];
  readonly next_offset: number | null;
}
