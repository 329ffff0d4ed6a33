/** `GET outbox` and `GET drafts` (docs/reference/server-api.md). Names are as on the wire. */

export interface WaitingDocument {
  readonly save_id: string;
  readonly name: string;
  readonly created_at: string;
  readonly size: number;
  readonly server: string;
  readonly owner: string;
  readonly state: 'waiting' | 'undecided' | 'refused';
  readonly reason: string;
}

export interface DraftDocument {
  readonly id: string;
  /** Of the notebook below the root of the server; `null` where it is gone. */
  readonly path: string | null;
  readonly file: string;
  readonly name: string;
  readonly made_at: string;
  readonly reason: 'closed' | 'idle' | 'stopped' | 'asked';
  readonly on_screen: boolean;
  readonly size: number;
}
