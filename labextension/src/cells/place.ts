/** Between which cells something is dropped. */

/** The upper and lower border of a cell on the screen. */
export interface Extent {
  readonly index: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where a new cell would stand: before `index`, shown at a border of the cell `shownAt`. */
export interface Place {
  readonly index: number;
  readonly shownAt: number | null;
  readonly side: 'above' | 'below';
}

/**
 * The place nearest to the height `y`.
 *
 * @param cells - those on the screen, in order; a long notebook does not keep all there.
 */
export function placeAt(y: number, cells: readonly Extent[]): Place {
  for (const { index, top, bottom } of cells) {
    if (y < (top + bottom) / 2) {
      return { index, shownAt: index, side: 'above' };
    }
  }
  const last = cells.at(-1);
  return { index: last ? last.index + 1 : 0, shownAt: last?.index ?? null, side: 'below' };
}
