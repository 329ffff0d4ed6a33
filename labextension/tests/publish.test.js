import assert from 'node:assert/strict';
import { test } from 'node:test';

import { begun, contents, endOf, NEW_BOARD, publishBody, wrongs } from '../lib/publish/wish.js';

const trans = {
  __: text => text,
  _n: (one, many, n) => (n === 1 ? one : many).replace('%1', String(n))
};

test('a page hides the code and follows its author unless the person says otherwise', () => {
  assert.deepEqual(publishBody(begun('Growth'), '2026-1'), {
    version: '2026-1',
    title: 'Growth',
    follow: 'latest',
    code: 'hidden'
  });
});

test('a dashboard is one that is there, or a new one', () => {
  const wish = begun('Growth');
  assert.equal(publishBody({ ...wish, board: 'b1' }, 'v').dashboard, 'b1');
  const made = publishBody({ ...wish, board: NEW_BOARD, boardTitle: ' Meeting ' }, 'v');
  assert.equal(made.new_dashboard, 'Meeting');
  assert.equal('dashboard' in made, false);
});

test('the last day counts to its end', () => {
  assert.equal(endOf(''), null);
  assert.equal(endOf('2026-12-31'), new Date(2027, 0, 1).toISOString());
});

test('what cannot be is said', () => {
  const today = '2026-11-21';
  assert.deepEqual(wrongs(begun('Growth'), today), []);
  assert.deepEqual(wrongs({ ...begun(' '), board: NEW_BOARD, lastDay: '2026-11-20' }, today), [
    'title',
    'boardTitle',
    'lastDay'
  ]);
  assert.deepEqual(wrongs({ ...begun('Growth'), lastDay: today }, today), []);
});

test('what is in a page is said in one line', () => {
  const plan = { contains: { cells: 3, images: 1, code: false, size: 1500 } };
  assert.equal(contents(plan, trans), '3 cells, 1 picture, without code, 1.5 kB');
});
