/** What the routes answer (docs/reference/server-api.md). Names are as on the wire. */

/** `GET session`. */
export interface SessionDocument {
  readonly state: 'live' | 'over' | 'unknown' | 'none';
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

/** `GET jobs/<id>`, and what a route answers that does its work as a job. */
export interface JobDocument<T = unknown, P = unknown> {
  readonly id: string;
  readonly kind: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly progress: P;
  readonly result: T | null;
  readonly url: string;
}
