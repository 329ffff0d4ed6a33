import assert from 'node:assert/strict';
import { test } from 'node:test';

import { face } from '../lib/save/face.js';
import { pageAddress } from '../lib/save/links.js';

const trans = { __: (text, ...values) => text.replace(/%(\d)/g, (_, place) => String(values[place - 1])) };
const live = { state: 'live' };

test('each state has words of its own', () => {
  const newest = { perm_id: '1', name: '', saved_at: '', saved_by: 'bob' };
  for (const [standing, said, session, name, label, tip] of [
    ['nothing', null, live, 'saved', 'Saved in openBIS', /just this content/],
    ['changed', null, live, 'save', 'Save to openBIS', /does not have/],
    ['nowhere', null, live, 'save', 'Save to openBIS', /not in openBIS yet/],
    ['newer', { newest }, live, 'newer', 'Newer version in openBIS', /^bob has saved/],
    ['newer', null, live, 'newer', 'Newer version in openBIS', /newer version than/],
    [
      'unknown',
      { message: 'openBIS does not answer.' },
      live,
      'unknown',
      'Save to openBIS',
      /does not answer/
    ],
    ['unknown', null, null, 'unknown', 'Save to openBIS', /not known yet/],
    ['nothing', null, { state: 'over' }, 'log-in', 'Log in to openBIS', /not logged in/],
    ['changed', null, { state: 'none' }, 'log-in', 'Log in to openBIS', /not logged in/],
    ['nothing', null, { state: 'unknown' }, 'saved', 'Saved in openBIS', /just this content/]
  ]) {
    const shown = face(standing, said, session, trans);
    assert.deepEqual([shown.name, shown.label], [name, label]);
    assert.match(shown.tip, tip);
  }
});

test('only addresses of pages are opened', () => {
  const base = 'https://hub.example.org/user/alice/lab';
  assert.equal(pageAddress('https://openbis.example.org/x', base), 'https://openbis.example.org/x');
  assert.equal(pageAddress('/services/openbis/n/1', base), 'https://hub.example.org/services/openbis/n/1');
  for (const address of ['javascript:alert(1)', 'data:text/html,x', '', null, undefined, 'https://']) {
    assert.equal(pageAddress(address, base), null, String(address));
  }
});
