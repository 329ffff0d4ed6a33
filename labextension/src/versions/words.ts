/** Versions and what changed between them in words; nothing here needs a browser. */

import type { TranslationBundle } from '@jupyterlab/translation';

import { humanTime } from '../ui/format.js';
import type { CellCounts, ComparisonDocument, Version } from './shapes.js';

/** What a version is called, also where nobody gave it a name (N-46). */
export function nameOf(version: { readonly name: string }, trans: TranslationBundle): string {
  return version.name.trim() || trans.__('(unnamed)');
}

/** When and by whom: `21 Nov 2026, 10:00 · alice`. */
export function whenAndWho(
  version: { readonly saved_at: string | null; readonly saved_by: string | null },
  locale?: string
): string {
  return [humanTime(version.saved_at, locale), version.saved_by].filter(Boolean).join(' · ');
}

/** One line that tells a version from all others. */
export function labelOf(version: Version, trans: TranslationBundle, locale?: string): string {
  return `${nameOf(version, trans)} – ${whenAndWho(version, locale)}`;
}

/** A value of a parameter as a text: what is no text is shown as JSON, so that `"1"` and `1` differ. */
export function valueText(value: unknown): string {
  return value === null || value === undefined ? '–' : JSON.stringify(value);
}

/** A version of a package, or another fact of an environment. */
export function factText(value: unknown): string {
  return value === null || value === undefined
    ? '–'
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);
}

/** How many cells differ, in the order in which it matters; empty where all are the same. */
export function cellSentence(counts: CellCounts, trans: TranslationBundle): string {
  const parts = [
    counts.changed > 0 ? trans._n('%1 cell changed', '%1 cells changed', counts.changed) : '',
    counts.added > 0 ? trans._n('%1 added', '%1 added', counts.added) : '',
    counts.removed > 0 ? trans._n('%1 removed', '%1 removed', counts.removed) : '',
    counts.moved > 0 ? trans._n('%1 moved', '%1 moved', counts.moved) : ''
  ];
  return parts.filter(Boolean).join(', ');
}

/** Whether nothing differs that can be known; execution counts alone are no change. */
export function isSame(found: ComparisonDocument): boolean {
  const { cells } = found;
  return (
    cells !== null &&
    cells.changed + cells.added + cells.removed + cells.moved === 0 &&
    found.inputs_added.length + found.inputs_removed.length + found.not_attached.length === 0 &&
    found.parameters.length + found.environment.length === 0
  );
}

/** The folder of a file, as the server names it; empty for its root. */
export function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

/** What the style sheets of our pages ask the system, and what JupyterLab answers in its place. */
const ASKS = 'screen and (prefers-color-scheme: dark)';

/**
 * A page of ours in the colours of JupyterLab's theme: a frame without an origin is told the system's only.
 * Our style sheet is the first thing in the page, so nothing that a notebook holds is touched.
 */
export function themed(html: string, isDark: boolean): string {
  const end = html.indexOf('</style>');
  const style = html.slice(0, Math.max(end, 0));
  return style.replaceAll(ASKS, isDark ? 'screen' : 'not all') + html.slice(style.length);
}
