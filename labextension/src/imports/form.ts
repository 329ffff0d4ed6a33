/** What is chosen in the import dialog, and what is sent of it; nothing here needs a browser. */

import type { Facts, NotebookFacts, RepositoryFacts } from './shapes.js';

export interface ChosenPlace {
  readonly kind: string;
  readonly perm_id: string;
  readonly identifier: string;
}

export interface ImportForm {
  readonly facts: Facts;
  /** Of the notebook, or of the folder. */
  readonly name: string;
  readonly place: ChosenPlace | null;
  readonly inputs: readonly string[];
}

/** What is there as soon as it was looked at. */
export function begun(facts: Facts): ImportForm {
  const name = facts.kind === 'notebook' ? facts.name : facts.folder;
  return { facts, name, place: null, inputs: [] };
}

/** Whether it can be imported as it stands. */
export function isComplete(form: ImportForm | null): form is ImportForm {
  return form !== null && form.name.trim() !== '';
}

/** The body of `POST imports` for a notebook: just what was shown. */
export function notebookBody(
  form: ImportForm,
  facts: NotebookFacts,
  url: string,
  directory: string
): Record<string, unknown> {
  return {
    url,
    sha256: facts.sha256,
    name: form.name.trim(),
    directory,
    ...(form.place === null ? {} : { owner: form.place.perm_id, inputs: form.inputs })
  };
}

/** The body of `POST repositories`: a name that is only a proposal is not insisted on. */
export function repositoryBody(
  form: ImportForm,
  facts: RepositoryFacts,
  directory: string
): Record<string, unknown> {
  const name = form.name.trim();
  return {
    url: facts.url,
    ref: facts.ref,
    directory,
    ...(name === facts.folder && facts.taken !== null ? { folder: facts.taken } : { folder: name })
  };
}
