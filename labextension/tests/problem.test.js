import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Problem } from '../lib/api/problem.js';

test('a problem without a document has no next step and no code', () => {
  const problem = new Problem('Something is wrong.', 500);
  assert.equal(problem.nextStep, '');
  assert.equal(problem.code, '');
});

test('a problem says the next step of its document', () => {
  const problem = new Problem('Over.', 401, { code: 'not_logged_in', next_step: 'Log in.' });
  assert.equal(problem.nextStep, 'Log in.');
  assert.equal(problem.code, 'not_logged_in');
});
