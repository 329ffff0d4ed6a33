import assert from 'node:assert/strict';
import { test } from 'node:test';

import { joined, moved, offered, remembered } from '../lib/download/choice.js';
import {
  cellSentence,
  factText,
  folderOf,
  isSame,
  labelOf,
  nameOf,
  themed,
  valueText,
  whenAndWho
} from '../lib/versions/words.js';

const filled = (text, ...args) => text.replace(/%(\d)/g, (_, place) => args[place - 1]);
const trans = {
  __: filled,
  _n: (one, many, count) => filled(count === 1 ? one : many, count)
};
const version = { perm_id: '1-1', name: 'First', saved_at: '2026-11-21T10:00:00+00:00', saved_by: 'alice' };

test('a version without a name is called unnamed, and its label tells when and by whom', () => {
  assert.equal(nameOf({ name: '  ' }, trans), '(unnamed)');
  assert.match(labelOf(version, trans, 'en-GB'), /^First – 21 Nov 2026, .* · alice$/);
  assert.equal(whenAndWho({ saved_at: null, saved_by: 'bob' }), 'bob');
  assert.equal(whenAndWho({ saved_at: 'not a time', saved_by: null }), 'not a time');
});

test('values of parameters are shown so that a text and a number differ', () => {
  assert.deepEqual(['1', 1, null, undefined, [1], false].map(valueText), [
    '"1"',
    '1',
    '–',
    '–',
    '[1]',
    'false'
  ]);
  assert.deepEqual(['3.11', 2, null].map(factText), ['3.11', '2', '–']);
});

test('counts of cells become one sentence, without what is the same', () => {
  const none = { added: 0, removed: 0, changed: 0, moved: 0, same: 5, recounted: 2 };
  assert.equal(cellSentence(none, trans), '');
  assert.equal(
    cellSentence({ ...none, changed: 1, added: 2, removed: 3, moved: 4 }, trans),
    '1 cell changed, 2 added, 3 removed, 4 moved'
  );
  assert.equal(cellSentence({ ...none, changed: 2 }, trans), '2 cells changed');
});

test('only what is known to be the same is called the same', () => {
  const same = {
    known: true,
    inputs_added: [],
    inputs_removed: [],
    not_attached: [],
    parameters: [],
    environment: [],
    cells: { added: 0, removed: 0, changed: 0, moved: 0, same: 5, recounted: 2 }
  };
  assert.ok(isSame(same));
  assert.ok(!isSame({ ...same, cells: null }));
  assert.ok(!isSame({ ...same, cells: { ...same.cells, moved: 1 } }));
  for (const name of ['inputs_added', 'inputs_removed', 'not_attached', 'parameters', 'environment']) {
    assert.ok(!isSame({ ...same, [name]: [{}] }), name);
  }
});

test('the folder of a file', () => {
  assert.deepEqual(['a.ipynb', 'b/a.ipynb', 'c/b/a.ipynb', ''].map(folderOf), ['', 'b', 'c/b', '']);
});

test('a notebook that a further page names again keeps its place', () => {
  const rows = (...ids) => ids.map(id => ({ notebook_id: id }));
  assert.deepEqual(joined(rows('a', 'b'), rows('b', 'c')), rows('a', 'b', 'c'));
});

test('the newest version that counts is offered', () => {
  const fork = { perm_id: '3', newest: false };
  assert.equal(offered([fork, { perm_id: '2', newest: true }, { perm_id: '1', newest: false }]), '2');
  assert.equal(offered([fork]), '3');
  assert.equal(offered([]), null);
});

test('a project that is not there any more is not remembered', () => {
  assert.equal(remembered([{ perm_id: '1' }], '1'), '1');
  assert.equal(remembered([{ perm_id: '1' }], '2'), '');
  assert.equal(remembered([{ perm_id: '1' }], undefined), '');
});

test('arrow keys stay inside of the list', () => {
  assert.deepEqual(
    [
      [-1, 'ArrowDown'],
      [2, 'ArrowDown'],
      [0, 'ArrowUp'],
      [2, 'Home'],
      [0, 'End'],
      [1, 'a']
    ].map(([place, key]) => moved(place, 3, key)),
    [0, 2, 0, 0, 2, null]
  );
});

test('a page takes the colours of the theme, and what a notebook holds stays as it is', () => {
  const asks = '@media screen and (prefers-color-scheme: dark) { a {} }';
  const page = style => `<style>${style}</style><pre>${asks}</pre>`;
  assert.equal(themed(page(asks), true), page('@media screen { a {} }'));
  assert.equal(themed(page(asks), false), page('@media not all { a {} }'));
  assert.equal(themed(`<pre>${asks}</pre>`, true), `<pre>${asks}</pre>`);
});
