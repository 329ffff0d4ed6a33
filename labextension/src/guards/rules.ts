/** When a person is warned: pure, so that it can be tested without a browser. */

import { hasChanges } from '../documents/shown.js';
import type { StandingDocument } from '../tokens.js';

export interface Seen {
  /** What the server said of the file last. */
  readonly said: StandingDocument | null;
  /** Whether the document itself says that it belongs to openBIS: the server may not have been asked yet. */
  readonly hasBlock: boolean;
  /** Whether the page holds what the file does not. */
  readonly dirty: boolean;
  /** Whether it was changed or run in this page. */
  readonly touched: boolean;
}

/**
 * Whether a notebook holds work that openBIS does not have.
 *
 * @param alsoNowhere - whether notebooks that have nothing to do with openBIS count.
 */
export function isUnsaved({ said, hasBlock, dirty, touched }: Seen, alsoNowhere: boolean): boolean {
  const belongs = said === null ? hasBlock : said.notebook_id !== null;
  if (!belongs && !alsoNowhere) {
    return false;
  }
  // One that was made a moment ago and only looked at holds no work.
  return hasChanges(said, dirty) && (touched || Boolean(said?.version));
}

/** Largest body that browsers send for a page which goes away, in bytes; all such bodies together. */
const KEPT_ALIVE = 60_000;

/** Whether the content of a notebook can be sent while the page goes away. */
export function fits(body: string): boolean {
  return new Blob([body]).size <= KEPT_ALIVE;
}
