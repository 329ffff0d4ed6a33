/** What the routes of versions answer (docs/reference/server-api.md). Names are as on the wire. */

export interface Owner {
  readonly kind: string;
  readonly perm_id: string;
  readonly identifier: string;
}

/** One saved version, not judged. */
export interface Version {
  readonly perm_id: string;
  readonly name: string;
  readonly notes: string;
  readonly saved_at: string | null;
  readonly saved_by: string;
  readonly size: number | null;
  readonly link: string;
}

export interface ListedVersion extends Version {
  /** False: somebody wrote it who may not go on with this notebook, so it is a fork. */
  readonly counts: boolean;
  /** The file at hand comes from it. */
  readonly is_current: boolean;
  readonly newest: boolean;
}

/** A notebook, with when and by whom its newest version was saved. */
export interface NotebookRow {
  readonly notebook_id: string;
  readonly name: string;
  readonly author: string | null;
  readonly owner: Owner | null;
  readonly saved_at: string | null;
  readonly saved_by: string | null;
  readonly page: string | null;
  readonly total: number;
}

/** `GET versions`. */
export interface VersionList extends Omit<NotebookRow, 'notebook_id'> {
  readonly notebook_id: string | null;
  readonly current: string | null;
  /** Another openBIS has the notebook. */
  readonly elsewhere: boolean;
  readonly versions: readonly ListedVersion[];
}

/** `GET versions/<permId>/view`: `html` is foreign, for a frame without origin and script. */
export interface VersionView extends Version {
  readonly html: string;
}

export interface InputName {
  readonly perm_id: string;
  readonly name: string;
  readonly type: string;
  readonly visible: boolean;
}

export interface ValueChange {
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface CellCounts {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly moved: number;
  readonly same: number;
  readonly recounted: number;
}

/** `POST compare`: `other` is `null` for the file at hand. */
export interface ComparisonDocument {
  readonly base: Version;
  readonly other: Version | null;
  /** False: a side does not say where it comes from, so nothing is known beside the cells. */
  readonly known: boolean;
  readonly inputs_added: readonly InputName[];
  readonly inputs_removed: readonly InputName[];
  readonly not_attached: readonly InputName[];
  readonly parameters: readonly ValueChange[];
  readonly environment: readonly ValueChange[];
  readonly environment_known: boolean;
  readonly cells: CellCounts | null;
  readonly note: string;
  readonly html: string;
}

/** `POST restore` and `POST download`. */
export interface Brought {
  readonly path: string;
  readonly name: string;
  readonly notebook_id: string | null;
  /** Whether the person's next save is the next version; else it is a fork. */
  readonly own: boolean;
}
