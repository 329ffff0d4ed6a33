/** What the routes answer (docs/reference/server-api.md). Names are as on the wire. */

/** Where the session of a connection is kept (decision 0031); `hub` and `pybis` are nobody's choice here. */
export type Home = 'memory' | 'keyring' | 'file';

/** `GET session`. */
export interface SessionDocument {
  readonly state: 'live' | 'over' | 'unknown' | 'none';
  /** Of the connection. */
  readonly name: string;
  readonly home: Home | 'hub' | 'pybis' | null;
  /** Whether the person has more than one connection. */
  readonly several: boolean;
  readonly server: string;
  readonly under_hub: boolean;
  readonly user_id: string | null;
  readonly display_name: string | null;
  readonly valid_until: string | null;
  readonly note: string;
  readonly login_url?: string;
  readonly message?: string;
  readonly next_step?: string;
}

/** One of `GET connections`. */
export interface ConnectionDocument extends SessionDocument {
  readonly default: boolean;
  /** The settings of the server name it: it is the default, and cannot be removed. */
  readonly configured: boolean;
}

/** `GET connections`. */
export interface ConnectionsDocument {
  readonly connections: readonly ConnectionDocument[];
  /** Where a session can be kept here. */
  readonly homes: readonly Home[];
  readonly hub_url: string;
  readonly under_hub: boolean;
}

/** `GET jobs/<id>`, and what a route answers that does its work as a job. */
export interface JobDocument<T = unknown, P = unknown> {
  readonly id: string;
  readonly kind: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly progress: P;
  readonly result: T | null;
  readonly url: string;
}
