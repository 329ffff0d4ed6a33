/** What `GET data-sets?path=` and `POST attach` answer. Names are as on the wire. */

export interface InputFile {
  readonly path: string;
  readonly size: number;
  /** Where it lies on the server; `null` as long as it was not fetched. */
  readonly local: string | null;
}

export interface AttachedDocument {
  readonly perm_id: string;
  readonly name: string;
  readonly type: string;
  readonly size: number | null;
  readonly state: string;
  readonly reason: string;
  readonly files: readonly InputFile[];
}

export interface InputDocument extends AttachedDocument {
  readonly attached: boolean;
  readonly in_place: boolean;
  readonly declared: boolean;
  readonly handed_out: boolean;
  readonly newer: { readonly perm_id: string; readonly name: string } | null;
}

export interface InputsDocument {
  readonly data_sets: readonly InputDocument[];
  readonly foreign: string | null;
}

/** How far a fetch is: bytes, files, bytes per second. */
export interface FetchProgress {
  readonly done?: number;
  readonly total?: number;
  readonly files_done?: number;
  readonly files_total?: number;
  readonly rate?: number;
  readonly file?: string;
}
