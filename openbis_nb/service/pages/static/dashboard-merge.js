// Two people changed a dashboard at the same time: what one did is put on top of what the other did. Pure.
import { compact, place } from "./dashboard-grid.js";

const SHOWN = ["title", "code"];
const PLACE = ["x", "y", "w", "h"];
const differs = (one, other, names) => names.some((name) => one[name] !== other[name]);

/**
 * `base`: what both began with; `mine`, `theirs`: `{name, tiles}`. Gives `{name, tiles, told}`: theirs with what I
 * added, removed and changed; where both changed the same, mine. `told`: sentences on what came together.
 */
export function merge(base, mine, theirs) {
  const [old, own] = [byId(base.tiles), byId(mine.tiles)];
  const told = [];
  const tiles = theirs.tiles.flatMap((tile) => {
    const [was, is] = [old.get(tile.id), own.get(tile.id)];
    if (!was || !is) {
      if (was && differs(was, tile, [...SHOWN, ...PLACE])) told.push(`${called(tile)}, which you removed, was changed.`);
      return was ? [] : [tile]; // mine was removed, or theirs is new
    }
    const both = differs(was, is, SHOWN) && differs(was, tile, SHOWN) && differs(is, tile, SHOWN);
    if (both) told.push(`${called(is)} has your title and choice of code; it had become ${called(tile)}.`);
    return [{ ...tile, ...changed(was, is, SHOWN) }];
  });
  const there = byId(theirs.tiles);
  const added = mine.tiles.filter((tile) => !old.has(tile.id));
  const edited = mine.tiles.filter((tile) => old.has(tile.id) && !there.has(tile.id));
  for (const tile of edited) told.push(`${called(tile)} was removed.`);
  let arranged = tiles;
  for (const tile of added) arranged = place([...arranged, tile], tile.id, {});
  for (const tile of mine.tiles) {
    const was = old.get(tile.id);
    if (was && there.has(tile.id) && differs(was, tile, PLACE)) arranged = place(arranged, tile.id, changed(was, tile, PLACE));
  }
  const renamed = mine.name !== base.name;
  if (renamed && theirs.name !== base.name && theirs.name !== mine.name) told.push(`Its name is yours; it had become “${theirs.name}”.`);
  return { name: renamed ? mine.name : theirs.name, tiles: compact(arranged), told };
}

const byId = (tiles) => new Map(tiles.map((tile) => [tile.id, tile]));
const changed = (was, is, names) => Object.fromEntries(names.filter((name) => was[name] !== is[name]).map((name) => [name, is[name]]));
const called = (tile) => (tile.title || tile.page?.title ? `“${tile.title || tile.page.title}”` : "A tile");
