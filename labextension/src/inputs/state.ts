/** In which state the bytes of an input are, and what can be done about it. */

import type { InputDocument } from './shapes.js';

export type Mark =
  | 'here'
  | 'in-place'
  | 'listed'
  | 'archived'
  | 'coming'
  | 'empty'
  | 'container'
  | 'linked'
  | 'forbidden'
  | 'in-trash'
  | 'missing';

const MARKS: Readonly<Record<string, Mark>> = {
  here: 'here',
  'in place': 'in-place',
  listed: 'listed',
  archived: 'archived',
  'coming back from the archive': 'coming',
  empty: 'empty',
  container: 'container',
  linked: 'linked',
  forbidden: 'forbidden',
  'in trash': 'in-trash'
};

/** What the server calls it, as one of the states that are drawn; an unknown one is shown as missing. */
export function markOf(input: Pick<InputDocument, 'state'>): Mark {
  return MARKS[input.state] ?? 'missing';
}

/** Bytes that are not on this machine yet. */
export function toFetch(input: Pick<InputDocument, 'files' | 'state'>): number {
  return markOf(input) === 'listed'
    ? input.files.filter(file => file.local === null).reduce((sum, file) => sum + file.size, 0)
    : 0;
}

/**
 * What is done first about it: bring it back, hand it to the kernel, fetch the rest; nothing where all is
 * there or nothing can be done.
 */
export function firstStep(
  input: Pick<InputDocument, 'state' | 'files' | 'handed_out'>
): 'unarchive' | 'attach' | 'fetch' | null {
  const mark = markOf(input);
  if (mark === 'archived') {
    return 'unarchive';
  }
  if (!['here', 'in-place', 'listed'].includes(mark)) {
    return null;
  }
  if (!input.handed_out) {
    return 'attach';
  }
  return toFetch(input) > 0 ? 'fetch' : null;
}
