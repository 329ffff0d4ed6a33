/** What the routes of tree and search answer (docs/reference/server-api.md). Names are as on the wire. */

import type { Entity } from '../tokens.js';

export interface EntityNode extends Entity {
  readonly opens: boolean;
}

export interface EntitySection {
  readonly kind: Entity['kind'];
  readonly nodes: readonly EntityNode[];
  readonly total: number;
  readonly after: string | null;
}

export interface DataSetRow {
  readonly perm_id: string;
  readonly name: string;
  readonly type: string;
  readonly size: number | null;
  readonly state: string;
  readonly readable: boolean;
  readonly note: string;
  readonly registered_at: string | null;
  readonly registrator: string | null;
  readonly owner: EntityNode | null;
  readonly link: string;
}

export interface DataSetPage {
  readonly data_sets: readonly DataSetRow[];
  readonly total: number;
  readonly after: string | null;
}

/** `GET entities`, and `GET search`. */
export interface LevelDocument {
  readonly sections: readonly EntitySection[];
  readonly data_sets: DataSetPage | null;
}

/** `GET entity`. */
export interface CardDocument extends Entity {
  readonly registrator: string | null;
  readonly registered_at: string | null;
  readonly frozen: boolean;
  readonly may_add: boolean | null;
  readonly path: readonly {
    readonly kind: Entity['kind'];
    readonly identifier: string;
    readonly code: string;
  }[];
  readonly properties: readonly { readonly code: string; readonly label: string; readonly value: string }[];
  readonly link: string;
}
