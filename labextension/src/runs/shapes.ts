/** `GET runs` (docs/reference/server-api.md). Names are as on the wire. */

import type { ProblemDocument } from '../api/problem.js';

export type RunState =
  | 'running'
  | 'stopping'
  | 'saving'
  | 'saved'
  | 'unchanged'
  | 'outbox'
  | 'executed'
  | 'failed'
  | 'stopped'
  | 'interrupted'
  | 'unsaved';

export interface RunDocument {
  readonly id: string;
  readonly state: RunState;
  /** The notebook and the executed copy below the root of the server; `null` where they are gone. */
  readonly path: string | null;
  readonly executed: string | null;
  readonly name: string;
  readonly server: string;
  readonly cell: number;
  readonly cells: number;
  readonly line: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly seconds: number;
  readonly result: { readonly link: string | null; readonly page: string | null } | null;
  readonly problem: ProblemDocument | null;
  /** Whether the person was told how it ended. */
  readonly seen: boolean;
}

export interface RunsDocument {
  readonly runs: readonly RunDocument[];
  readonly limit: number;
}

export interface ParameterDocument {
  readonly name: string;
  readonly kind: 'text' | 'number' | 'boolean' | 'json' | 'code';
  readonly value: unknown;
}
