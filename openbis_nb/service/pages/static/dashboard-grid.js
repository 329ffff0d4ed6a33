// The grid of a dashboard, as pure functions: tiles `{id, x, y, w, h}` in twelve columns, in rows without end.
// No function changes what it is given. Tiles fall upwards until they lie on something, so there are no holes
// that a keyboard could not reach; the tile that a person holds goes before the others.

export const COLUMNS = 12;
export const SMALLEST = { w: 2, h: 2 };
export const TALLEST = 40;

export function overlap(one, other) {
  return one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h;
}

/** From left to right, then down: the order on a phone, for the tab key, and on paper. */
export const inReadingOrder = (tiles) => [...tiles].sort((one, other) => one.y - other.y || one.x - other.x);

/** `tile` with its size and column within the grid. */
export function within(tile) {
  const w = clamp(tile.w, SMALLEST.w, COLUMNS);
  return { ...tile, w, h: clamp(tile.h, SMALLEST.h, TALLEST), x: clamp(tile.x, 0, COLUMNS - w), y: Math.max(0, Math.round(tile.y)) };
}

/** The tiles, each as far up as it goes; `held` (an id) keeps what it needs, and others give way. */
export function compact(tiles, held = null) {
  const done = [];
  const before = (one, other) => one.y - other.y || (other.id === held) - (one.id === held) || one.x - other.x;
  for (const tile of [...tiles].sort(before)) {
    let y = 0;
    // Below everything that it would fall through, not only below what it meets first.
    for (const other of done) if (tile.x < other.x + other.w && other.x < tile.x + tile.w) y = Math.max(y, other.y + other.h);
    done.push({ ...tile, y });
  }
  const byId = new Map(done.map((tile) => [tile.id, tile]));
  return tiles.map((tile) => byId.get(tile.id));
}

/** The tiles with that of `id` at `wanted` (some of x, y, w, h): those in its way go down. */
export function place(tiles, id, wanted) {
  const moved = within({ ...tiles.find((tile) => tile.id === id), ...wanted });
  const others = inReadingOrder(tiles.filter((tile) => tile.id !== id));
  const done = [moved];
  for (const tile of others) {
    let y = tile.y;
    for (let hit = done.find((other) => overlap({ ...tile, y }, other)); hit; hit = done.find((other) => overlap({ ...tile, y }, other))) y = hit.y + hit.h;
    done.push({ ...tile, y });
  }
  const byId = new Map(done.map((tile) => [tile.id, tile]));
  return compact(tiles.map((tile) => byId.get(tile.id)), id);
}

const STEPS = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] };

/** One step of a tile in a direction, as a person at a keyboard means it: as far as it takes to be somewhere else
 * (down past what lies below). Null where it cannot go on. */
export function step(tiles, id, direction) {
  const [dx, dy] = STEPS[direction];
  const tile = tiles.find((one) => one.id === id);
  const bottom = Math.max(...tiles.map((one) => one.y + one.h));
  for (let n = 1; n <= (dx ? 1 : bottom + 1); n += 1) {
    const next = place(tiles, id, { x: tile.x + dx * n, y: tile.y + dy * n });
    const now = next.find((one) => one.id === id);
    if ((dx && now.x !== tile.x) || (dy && Math.sign(now.y - tile.y) === dy)) return next;
  }
  return null;
}

/** The tile one column or row wider, narrower, taller or shorter; null where it is that already. */
export function resize(tiles, id, direction) {
  const [dw, dh] = STEPS[direction];
  const tile = tiles.find((one) => one.id === id);
  const wanted = within({ ...tile, w: Math.min(tile.w + dw, COLUMNS - tile.x), h: tile.h + dh });
  return wanted.w === tile.w && wanted.h === tile.h ? null : place(tiles, id, { w: wanted.w, h: wanted.h });
}

/** Where a new tile of this size goes: the first free place, by rows. */
export function firstFree(tiles, w, h) {
  const bottom = Math.max(0, ...tiles.map((tile) => tile.y + tile.h));
  for (let y = 0; y < bottom; y += 1) {
    for (let x = 0; x + w <= COLUMNS; x += 1) if (!tiles.some((tile) => overlap({ x, y, w, h }, tile))) return { x, y };
  }
  return { x: 0, y: bottom };
}

const clamp = (number, least, most) => Math.min(most, Math.max(least, Math.round(number)));
