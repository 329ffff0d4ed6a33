/** What the routes of imports answer; names are as on the wire (docs/reference/server-api.md). */

/** `POST imports/look` at a notebook. */
export interface NotebookFacts {
  readonly kind: 'notebook';
  readonly url: string;
  readonly host: string;
  readonly ref: string | null;
  readonly commit: string | null;
  readonly sha256: string;
  readonly size: number;
  readonly name: string;
  readonly kernel: string;
  readonly language: string;
  readonly cells: number;
  readonly outputs: number;
  readonly http: boolean;
  readonly warnings: readonly string[];
  readonly html: string;
}

/** `POST imports/look` at a repository. */
export interface RepositoryFacts {
  readonly kind: 'repository';
  readonly url: string;
  readonly host: string;
  readonly http: boolean;
  readonly with_log_in: boolean;
  readonly ref: string;
  readonly ref_kind: RefKind;
  readonly commit: string;
  readonly default_branch: string;
  readonly branches: readonly string[];
  readonly tags: readonly string[];
  readonly open: string | null;
  readonly folder: string;
  readonly taken: string | null;
  readonly room: number;
  readonly max_size: number;
}

export type Facts = NotebookFacts | RepositoryFacts;
export type RefKind = 'branch' | 'tag' | 'commit';

/** Something that the person is told of a file after a fetch or an update (U-15). */
export interface Note {
  readonly kind: 'kept' | 'merged' | 'renamed' | 'restored' | 'left-out' | 'branch';
  readonly path: string;
  readonly now: string;
  readonly why: string;
}

export interface Report {
  readonly added: number;
  readonly updated: number;
  readonly removed: number;
  readonly finished: boolean;
  readonly notes: readonly Note[];
}

/** A repository that was fetched. */
export interface RepositoryDocument {
  readonly path: string;
  readonly name: string;
  readonly url: string;
  readonly ref: string;
  readonly ref_kind: RefKind;
  readonly commit: string;
  readonly pulled_at: string;
  readonly report: Report;
}

/** One of `GET repositories`. */
export interface ListedRepository extends RepositoryDocument {
  readonly state: 'clean' | 'changed' | 'gone' | 'unknown';
  readonly changes: number;
  readonly changed: readonly string[];
  readonly upstream: 'unknown' | 'current' | 'behind' | 'ended' | 'unreachable';
  readonly why: string;
}

/** How far a fetch is. */
export interface ImportProgress {
  readonly step?: string;
  readonly message?: string;
  readonly done?: number;
  readonly total?: number;
  readonly bytes?: number;
}

/** `GET credentials`. */
export interface CredentialsDocument {
  readonly credentials: readonly {
    readonly host: string;
    readonly user: string;
    readonly home: 'file' | 'keyring';
  }[];
  readonly homes: readonly ('file' | 'keyring')[];
}

/** What an imported notebook says of where it comes from: a stranger's word. */
export interface OriginFacts {
  readonly url: string;
  readonly commit: string;
}
