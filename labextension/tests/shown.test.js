import assert from 'node:assert/strict';
import { test } from 'node:test';

import { hasChanges, shown } from '../lib/documents/shown.js';

const said = (standing, changed = false) => ({ standing, changed });

test('what the file does not hold yet is something to save', () => {
  for (const [document, dirty, expected] of [
    [null, false, 'unknown'],
    [null, true, 'unknown'],
    [said('nothing'), false, 'nothing'],
    [said('nothing'), true, 'changed'],
    [said('changed', true), false, 'changed'],
    [said('newer'), true, 'newer'],
    [said('nowhere'), true, 'nowhere'],
    [said('unknown'), true, 'unknown']
  ]) {
    assert.equal(shown(document, dirty), expected, JSON.stringify([document, dirty]));
  }
});

test('beside a newer version it is still known whether there are changes', () => {
  assert.equal(hasChanges(said('newer', false), false), false);
  assert.equal(hasChanges(said('newer', true), false), true);
  assert.equal(hasChanges(said('newer', false), true), true);
  assert.equal(hasChanges(said('nowhere'), false), true);
  assert.equal(hasChanges(null, false), true);
});
