/** How a notebook stands, from what the server said of its file and what the page knows of it by itself. */

import type { Standing, StandingDocument } from '../tokens.js';

/**
 * What is shown. The server sees the file only, so what is not in the file yet is something to save; a newer
 * version is said all the same, since saving then needs a decision.
 *
 * @param said - what the server said last; `null` before it has.
 * @param dirty - whether the page holds what the file does not.
 */
export function shown(said: StandingDocument | null, dirty: boolean): Standing {
  if (said === null) {
    return 'unknown';
  }
  return said.standing === 'nothing' && dirty ? 'changed' : said.standing;
}

/** Whether there is something that openBIS does not have; where that is not known, there may be. */
export function hasChanges(said: StandingDocument | null, dirty: boolean): boolean {
  return dirty || said === null || said.standing === 'nowhere' || said.changed;
}
