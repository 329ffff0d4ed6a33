import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fits, isUnsaved } from '../lib/guards/rules.js';

const file = (standing, notebook_id, version = null) => ({
  standing,
  notebook_id,
  version,
  changed: standing !== 'nothing'
});

test('only work of notebooks that belong to openBIS is warned of, unless the person wants all', () => {
  for (const [name, said, dirty, touched, alsoNowhere, expected] of [
    ['nobody has asked, no block', null, true, true, false, false],
    ['from nowhere', file('nowhere', null), true, true, false, false],
    ['from nowhere, wanted', file('nowhere', null), true, true, true, true],
    ['launched and only looked at', file('nowhere', 'n'), false, false, false, false],
    ['launched and run', file('nowhere', 'n'), false, true, false, true],
    ['saved', file('nothing', 'n', 'v'), false, true, false, false],
    ['saved, and typed since', file('nothing', 'n', 'v'), true, true, false, true],
    ['changed yesterday', file('changed', 'n', 'v'), false, false, false, true]
  ]) {
    assert.equal(isUnsaved({ said, hasBlock: false, dirty, touched }, alsoNowhere), expected, name);
  }
  const justOpened = { said: null, hasBlock: true, dirty: true, touched: true };
  assert.equal(isUnsaved(justOpened, false), true);
});

test('what a page that goes away can send is small, counted in bytes', () => {
  assert.equal(fits('x'.repeat(60_000)), true);
  assert.equal(fits('ü'.repeat(40_000)), false);
});
