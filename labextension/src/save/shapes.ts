/** What the routes of saving answer; names are as on the wire (docs/reference/server-api.md). */

/** `POST save-plan`: what there is to decide about the next version of a notebook. */
export interface SavePlan {
  readonly name: string;
  readonly notes: string;
  readonly modes: readonly SaveMode[];
  readonly author: { readonly user_id: string; readonly is_me: boolean } | null;
  readonly owner: Place | null;
  /** Notebooks of the person that lie there, of which a file from nowhere may become a version. */
  readonly candidates: readonly Candidate[];
  readonly data_set_type: string;
  readonly data_set_types: readonly { readonly code: string; readonly description: string }[];
  readonly properties: readonly PropertyPlan[];
  readonly inputs: readonly InputPlan[];
  readonly results: readonly ResultPlan[];
  /** There are more files than are offered. */
  readonly results_cut: boolean;
  /** What is taken out before anything leaves: never the secret itself. */
  readonly redactions: readonly string[];
  readonly warnings: readonly string[];
  /** openBIS could not be asked: why, and what then happens. */
  readonly message: string | null;
  readonly next_step: string | null;
  /** Of the notebook file, in bytes. */
  readonly size: number;
}

export type ModeName = 'version' | 'new';

export interface SaveMode {
  readonly mode: ModeName;
  /** What `POST save` is to be told, as they stand. */
  readonly as_new: boolean | null;
  readonly version_of: string | null;
  /** Name of the notebook. */
  readonly of: string | null;
  readonly allowed: boolean;
  /** None is, where only the person can know. */
  readonly default: boolean;
  /** The version lies where its notebook lies (N-31). */
  readonly owner_locked: boolean;
  readonly reason: string;
}

export interface Candidate {
  readonly notebook_id: string;
  readonly name: string;
  readonly saved_at: string | null;
}

export interface Place {
  readonly kind: string;
  readonly perm_id: string;
  readonly identifier: string;
  readonly name?: string;
}

export interface PropertyPlan {
  readonly code: string;
  readonly label: string;
  readonly description: string;
  /** As openBIS names it: `VARCHAR`, `INTEGER` … */
  readonly data_type: string;
  readonly mandatory: boolean;
  readonly vocabulary: readonly Term[] | null;
  /** The code of a vocabulary too large for a list: its terms are searched. */
  readonly many: string | null;
  readonly value: string | null;
}

export interface Term {
  readonly code: string;
  readonly label: string;
}

export interface InputPlan {
  readonly perm_id: string;
  readonly name: string;
  readonly type: string;
  readonly attached: boolean;
  /** Whether it is named as a parent unless the person says otherwise. */
  readonly parent: boolean;
  /** How many of its files were seen being read; not having seen any means nothing (design D10). */
  readonly used_hint: number | null;
}

export interface ResultPlan {
  /** Relative to the folder of the notebook. */
  readonly path: string;
  readonly size: number;
  readonly modified: string;
  readonly suggested: boolean;
}

/** How a save ended. */
export interface SaveResult {
  readonly state: 'saved' | 'unchanged' | 'outbox';
  readonly name: string;
  readonly perm_id: string | null;
  readonly owner: string | null;
  readonly told: readonly string[];
  readonly redactions: readonly string[];
  readonly link: string | null;
  readonly page: string | null;
  readonly reason: string;
  /** The identity block that the notebook now has. */
  readonly block?: unknown;
}

export interface SaveProgress {
  readonly message?: string;
}

/** `POST save`, after the document was written to its file. */
export interface SaveBody {
  readonly path: string;
  readonly sha256?: string;
  readonly name?: string;
  readonly notes?: string;
  readonly owner?: string;
  readonly files?: readonly string[];
  readonly unused?: readonly string[];
  readonly as_new?: boolean;
  /** Id of a notebook. */
  readonly version_of?: string;
  readonly data_set_type?: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly confirm?: boolean;
}
