import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bannerOf, hostOf, lookAgainIn, minutesLeft, who } from '../lib/connection/state.js';
import { DEFAULTS, valuesOf } from '../lib/settings/values.js';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const LIVE = {
  state: 'live',
  name: 'The lab',
  server: 'https://openbis.example.org:8443',
  under_hub: true,
  several: false,
  home: 'hub',
  user_id: 'alice',
  display_name: null,
  valid_until: null,
  note: ''
};

test('who is there is said with the host, or with the name where there are several', () => {
  assert.equal(who(LIVE), 'alice · openbis.example.org:8443');
  assert.equal(who({ ...LIVE, several: true, display_name: 'Alice A' }), 'Alice A · The lab');
  assert.equal(who({ ...LIVE, state: 'over' }), 'openbis.example.org:8443');
  assert.equal(hostOf('no address'), 'no address');
});

for (const [left, warned] of [
  ['2026-11-21T12:14:30Z', 15],
  ['2026-11-21T12:15:30Z', null],
  ['2026-11-21T11:59:00Z', 0],
  [null, null],
  ['soon', null]
]) {
  test(`a session until ${left} is warned of: ${warned}`, () => {
    const banner = bannerOf({ ...LIVE, valid_until: left }, NOW, 15);
    assert.deepEqual(banner, warned === null ? null : { kind: 'ending', minutes: warned });
  });
}

test('over is over whatever is set; nothing else is said of who never logged in', () => {
  assert.deepEqual(bannerOf({ ...LIVE, state: 'over' }, NOW, 0), { kind: 'over' });
  assert.equal(bannerOf({ ...LIVE, state: 'none' }, NOW, 15), null);
  assert.equal(bannerOf({ ...LIVE, valid_until: '2026-11-21T12:01:00Z' }, NOW, 0), null);
  assert.equal(bannerOf(null, NOW, 15), null);
  assert.equal(minutesLeft({ ...LIVE, state: 'over', valid_until: '2026-11-21T12:01:00Z' }, NOW), null);
});

test('a log-in in another tab is looked for soon', () => {
  assert.equal(lookAgainIn({ ...LIVE, state: 'over' }, 60_000), 5_000);
  assert.equal(lookAgainIn({ ...LIVE, state: 'over', under_hub: false }, 60_000), 60_000);
  assert.equal(lookAgainIn(LIVE, 60_000), 60_000);
});

test('settings of a wrong kind leave the default, and strangers are left out', () => {
  assert.deepEqual(valuesOf({}), DEFAULTS);
  assert.deepEqual(valuesOf({ lookEvery: 30, warnBeforeEnd: 'x', other: 1 }), { ...DEFAULTS, lookEvery: 30 });
});
