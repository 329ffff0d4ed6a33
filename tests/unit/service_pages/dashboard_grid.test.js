// The grid of a dashboard: what moves where. Run by scripts/labextension --check, with node's own test runner.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  COLUMNS,
  TALLEST,
  compact,
  firstFree,
  inReadingOrder,
  overlap,
  place,
  resize,
  step
} from '../../../openbis_nb/service/pages/static/dashboard-grid.js';
import { merge } from '../../../openbis_nb/service/pages/static/dashboard-merge.js';

/** "a 0 0 6 4" → a tile. */
const tiles = (...told) =>
  told.map(one => {
    const [id, ...numbers] = one.split(' ');
    const [x, y, w, h] = numbers.map(Number);
    return { id, x, y, w, h };
  });
const shown = found => found.map(({ id, x, y, w, h }) => `${id} ${x} ${y} ${w} ${h}`);
const sound = found => {
  for (const [at, one] of found.entries()) {
    assert.ok(one.x >= 0 && one.x + one.w <= COLUMNS && one.y >= 0 && one.w >= 2 && one.h >= 2);
    for (const other of found.slice(at + 1)) assert.ok(!overlap(one, other), `${one.id} on ${other.id}`);
  }
};

test('tiles fall upwards, and keep their order', () => {
  assert.deepEqual(shown(compact(tiles('a 0 5 6 4', 'b 6 2 6 3', 'c 0 20 12 2'))), ['a 0 0 6 4', 'b 6 0 6 3', 'c 0 4 12 2']);
  assert.deepEqual(compact([]), []);
});

test('a tile that is put on another one pushes it down', () => {
  const found = place(tiles('a 0 0 6 4', 'b 6 0 6 4', 'c 0 4 12 4'), 'b', { x: 0, y: 0 });
  assert.deepEqual(shown(found), ['a 0 4 6 4', 'b 0 0 6 4', 'c 0 8 12 4']);
});

test('nothing leaves the grid, whatever is asked', () => {
  const [one] = place(tiles('a 0 0 6 4'), 'a', { x: 40, y: -3, w: 99, h: 999 });
  assert.deepEqual([one.x, one.y, one.w, one.h], [0, 0, COLUMNS, TALLEST]);
  const [other] = place(tiles('a 0 0 6 4'), 'a', { x: -7, w: 0, h: 0.4 });
  assert.deepEqual([other.x, other.w, other.h], [0, 2, 2]);
});

test('what is given is not changed', () => {
  const given = tiles('a 0 0 6 4', 'b 6 0 6 4');
  const copy = structuredClone(given);
  place(given, 'a', { x: 6 });
  step(given, 'a', 'down');
  resize(given, 'b', 'left');
  assert.deepEqual(given, copy);
});

const COLUMN = tiles('a 0 0 12 4', 'b 0 4 12 8', 'c 0 12 12 2');
for (const [id, direction, expected] of [
  ['a', 'down', ['a 0 8 12 4', 'b 0 0 12 8', 'c 0 12 12 2']],
  ['b', 'down', ['a 0 0 12 4', 'b 0 6 12 8', 'c 0 4 12 2']],
  ['c', 'up', ['a 0 0 12 4', 'b 0 6 12 8', 'c 0 4 12 2']],
  ['b', 'up', ['a 0 8 12 4', 'b 0 0 12 8', 'c 0 12 12 2']],
  ['a', 'up', null],
  ['c', 'down', null],
  ['a', 'left', null],
  ['a', 'right', null]
]) {
  test(`by keyboard ${id} goes ${direction}: ${expected ? 'past its neighbour' : 'no further'}`, () => {
    const found = step(COLUMN, id, direction);
    assert.deepEqual(found && shown(found), expected);
  });
}

test('by keyboard sideways a column at a time', () => {
  const found = step(tiles('a 0 0 4 4', 'b 4 0 4 4'), 'a', 'right');
  assert.deepEqual(shown(found), ['a 1 0 4 4', 'b 4 4 4 4']);
});

test('by keyboard a tile grows to the edge and shrinks to the least', () => {
  assert.deepEqual(shown(resize(tiles('a 4 0 7 4'), 'a', 'right')), ['a 4 0 8 4']);
  assert.equal(resize(tiles('a 4 0 8 4'), 'a', 'right'), null);
  assert.equal(resize(tiles('a 4 0 2 2'), 'a', 'left'), null);
  assert.equal(resize(tiles('a 4 0 2 2'), 'a', 'up'), null);
  assert.equal(resize(tiles(`a 0 0 4 ${TALLEST}`), 'a', 'down'), null);
});

test('every place is reached by keyboard and every state is sound, in a walk without aim', () => {
  let state = tiles('a 0 0 6 4', 'b 6 0 6 6', 'c 0 4 6 2', 'd 0 6 12 3', 'e 0 9 3 5');
  let seed = 7;
  const random = most => (seed = (seed * 48271) % 2147483647) % most;
  const directions = ['left', 'right', 'up', 'down'];
  for (let n = 0; n < 3000; n += 1) {
    const id = 'abcde'[random(5)];
    state = (random(3) ? step : resize)(state, id, directions[random(4)]) ?? state;
    sound(state);
    assert.deepEqual(shown(compact(state)), shown(state), 'nothing hangs in the air');
  }
});

test('a new tile takes the first place in which it fits', () => {
  assert.deepEqual(firstFree([], 6, 4), { x: 0, y: 0 });
  assert.deepEqual(firstFree(tiles('a 0 0 6 4'), 6, 4), { x: 6, y: 0 });
  assert.deepEqual(firstFree(tiles('a 0 0 6 4'), 12, 4), { x: 0, y: 4 });
});

test('the order of reading is by rows', () => {
  assert.deepEqual(inReadingOrder(tiles('a 6 0 6 4', 'b 0 2 6 4', 'c 0 0 6 2')).map(one => one.id), ['c', 'a', 'b']);
});

// --- two people at once ------------------------------------------------------------------------------

const named = (name, found, titles = {}) => ({
  name,
  tiles: found.map(tile => ({ title: '', code: true, ...tile, ...titles[tile.id] }))
});
const BASE = named('Growth', tiles('a 0 0 6 4', 'b 6 0 6 4'));

test('what both did is there: a tile of each, and the places of the one who saves later', () => {
  const mine = named('Growth', tiles('a 6 0 6 4', 'b 0 0 6 4', 'new 0 4 6 4'));
  const theirs = named('Growth of all', tiles('a 0 0 6 4', 'b 6 0 6 4', 'other 0 4 12 4'), { b: { title: 'Named' } });
  const found = merge(BASE, mine, theirs);
  sound(found.tiles);
  assert.deepEqual(found.tiles.map(one => one.id).sort(), ['a', 'b', 'new', 'other']);
  const at = Object.fromEntries(found.tiles.map(one => [one.id, one]));
  assert.deepEqual([at.a.x, at.b.x, at.b.title, found.name], [6, 0, 'Named', 'Growth of all']);
  assert.deepEqual(found.told, []);
});

test('of a tile that one moved and the other resized, both stays', () => {
  const mine = named('Growth', tiles('a 0 0 6 4', 'b 6 0 6 7'));
  const theirs = named('Growth', tiles('a 6 0 6 4', 'b 0 0 6 4'));
  const found = merge(BASE, mine, theirs);
  assert.deepEqual(shown(found.tiles), ['a 6 0 6 4', 'b 0 0 6 7']);
});

test('what both changed is mine, and that is told; what they removed stays removed', () => {
  const mine = named('Mine', tiles('a 0 0 6 4', 'b 6 0 6 4'), { a: { title: 'My title' } });
  const theirs = named('Theirs', tiles('a 0 0 6 4'), { a: { title: 'Their title' } });
  const found = merge(BASE, mine, theirs);
  assert.equal(found.name, 'Mine');
  assert.deepEqual(found.tiles.map(one => [one.id, one.title]), [['a', 'My title']]);
  assert.equal(found.told.length, 3);
  assert.match(found.told.join(' '), /“Their title”.*was removed.*“Theirs”/);
});

test('a tile that I removed and they changed is removed, and that is told', () => {
  const theirs = named('Growth', tiles('a 0 0 6 4', 'b 6 0 6 8'), { b: { title: 'Better' } });
  const found = merge(BASE, named('Growth', tiles('a 0 0 6 4')), theirs);
  assert.deepEqual(found.tiles.map(one => one.id), ['a']);
  assert.match(found.told[0], /“Better”, which you removed/);
});
