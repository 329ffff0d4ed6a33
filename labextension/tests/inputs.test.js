import assert from 'node:assert/strict';
import { test } from 'node:test';

import { firstStep, markOf, toFetch } from '../lib/inputs/state.js';
import { readable } from '../lib/tree/places.js';

const files = [
  { path: 'a.csv', size: 10, local: '/cache/a.csv' },
  { path: 'b.csv', size: 5, local: null }
];

test('each state has one next step', () => {
  const states = [
    ['archived', true, 'archived', 'unarchive', 0],
    ['listed', false, 'listed', 'attach', 5],
    ['listed', true, 'listed', 'fetch', 5],
    ['here', false, 'here', 'attach', 0],
    ['here', true, 'here', null, 0],
    ['in place', true, 'in-place', null, 0],
    ['coming back from the archive', true, 'coming', null, 0],
    ['container', false, 'container', null, 0],
    ['in trash', true, 'in-trash', null, 0],
    ['something new', true, 'missing', null, 0]
  ];
  for (const [state, handed_out, mark, step, left] of states) {
    const input = { state, handed_out, files };
    assert.deepEqual([markOf(input), firstStep(input), toFetch(input)], [mark, step, left], state);
  }
});

test('of the places that were kept only those are offered that are some', () => {
  const place = { kind: 'object', perm_id: '1', code: 'C', identifier: '/S/C', name: '', type: 'T' };
  assert.deepEqual(readable([place, null, 7, { ...place, kind: 'space' }, { ...place, code: 3 }]), [place]);
  assert.deepEqual(readable({}), []);
  assert.deepEqual(readable(undefined), []);
});
