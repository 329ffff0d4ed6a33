import assert from 'node:assert/strict';
import { test } from 'node:test';

import { changedValues, duration, pause, timeOut, tone, written } from '../lib/runs/reading.js';

const parameters = [
  { name: 'window', kind: 'number', value: 2 },
  { name: 'label', kind: 'text', value: 'a' },
  { name: 'deep', kind: 'boolean', value: true },
  { name: 'wells', kind: 'json', value: ['A1'] },
  { name: 'made', kind: 'code', value: 'f(1)' }
];

test('only what differs from the notebook is sent, as the kind of value that it is', () => {
  const typed = Object.fromEntries(parameters.map(parameter => [parameter.name, written(parameter)]));
  assert.deepEqual(changedValues(parameters, typed), { values: {}, wrong: [] });
  assert.deepEqual(
    changedValues(parameters, {
      window: '3.5',
      label: '4',
      deep: 'false',
      wells: '["B2", "C3"]',
      made: 'other'
    }).values,
    { window: 3.5, label: '4', deep: false, wells: ['B2', 'C3'] }
  );
  assert.deepEqual(changedValues(parameters, { window: 'x', wells: '[' }).wrong, ['window', 'wells']);
  assert.deepEqual(changedValues(parameters, { window: '"3"' }).wrong, ['window']);
});

test('time-outs are minutes on screen and seconds on the wire', () => {
  for (const [typed, expected] of [
    ['', null],
    [' ', null],
    ['1.5', 90],
    ['0', undefined],
    ['-1', undefined],
    ['soon', undefined]
  ]) {
    assert.equal(timeOut(typed), expected, typed);
  }
});

test('how long, how it ended, and when to look again', () => {
  assert.deepEqual([0, 59.9, 61, 3661].map(duration), ['0:00', '0:59', '1:01', '1:01:01']);
  assert.equal(tone({ state: 'saved' }), 'success');
  assert.equal(tone({ state: 'interrupted' }), 'error');
  assert.equal(tone({ state: 'outbox' }), 'warning');
  assert.ok(pause([{ state: 'saved' }, { state: 'saving' }]) < pause([{ state: 'saved' }]));
});
