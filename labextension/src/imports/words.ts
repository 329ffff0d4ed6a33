/** What is said of repositories and imported notebooks; nothing here needs a browser. */

import type { TranslationBundle } from '@jupyterlab/translation';

import { humanSize } from '../ui/format.js';
import type { ImportProgress, ListedRepository, Note, OriginFacts } from './shapes.js';

const SHORT = 10;

/** One line for something that was kept, merged, renamed, restored or left out. */
export function noteWords(note: Note, trans: TranslationBundle): string {
  const why = note.why ? ` (${note.why})` : '';
  switch (note.kind) {
    case 'kept':
      return trans.__('Kept yours: %1%2', note.path, why);
    case 'merged':
      return trans.__('Merged into yours: %1%2', note.path, why);
    case 'renamed':
      return trans.__('Yours is renamed: %1 → %2', note.path, note.now);
    case 'restored':
      return trans.__('Came back, as you had deleted it: %1', note.path);
    case 'branch':
      return trans.__('Your own commits are in the branch %1', note.now);
    default:
      return trans.__('Left out: %1%2', note.path, why);
  }
}

/** How a repository stands, in a few words. */
export function stateWords(one: ListedRepository, trans: TranslationBundle): string {
  const mine = {
    clean: '',
    changed: trans._n('you changed %1 file', 'you changed %1 files', one.changes),
    gone: trans.__('its folder is gone'),
    unknown: ''
  }[one.state];
  const theirs = {
    unknown: '',
    current: trans.__('up to date'),
    behind: trans.__('newer at the host'),
    ended: trans.__('%1 is gone at the host', one.ref),
    unreachable: trans.__('the host was not reached')
  }[one.upstream];
  return [theirs, mine].filter(Boolean).join(' · ');
}

/** How it is shown: what needs the person stands out. */
export function toneOf(one: ListedRepository): 'success' | 'warning' | 'error' | 'default' {
  if (one.state === 'gone' || one.upstream === 'ended') {
    return 'error';
  }
  if (one.upstream === 'behind' || one.upstream === 'unreachable' || !one.report.finished) {
    return 'warning';
  }
  return one.upstream === 'current' ? 'success' : 'default';
}

/** How far it is; the server's own words where it has some. */
export function progressWords(progress: ImportProgress, trans: TranslationBundle): string {
  const message = progress.message ?? trans.__('Asking the host');
  return progress.bytes ? `${message}, ${humanSize(progress.bytes)}` : message;
}

/** The beginning of a commit's id, as people write it. */
export function shortCommit(commit: string | null): string {
  return (commit ?? '').slice(0, SHORT);
}

/** What an identity block says of an origin on the web: texts only, and nothing where it says none. */
export function originOf(block: unknown): OriginFacts | null {
  const origin = member(block, 'origin');
  const url = member(origin, 'url');
  const commit = member(origin, 'commit');
  return typeof url === 'string' && url !== ''
    ? { url, commit: typeof commit === 'string' ? commit : '' }
    : null;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
