import assert from 'node:assert/strict';
import { test } from 'node:test';

import { carriedOver, characters, initial, needsNoAnswer, saveBody, wrongs } from '../lib/save/form.js';
import { bytes } from '../lib/save/sizes.js';
import { forTimeField, fromTimeField, wrong } from '../lib/save/values.js';

const trans = { __: (text, ...values) => text.replace(/%(\d)/g, (_, place) => String(values[place - 1])) };

const property = (code, more = {}) => ({
  code,
  label: '',
  description: '',
  data_type: 'VARCHAR',
  mandatory: false,
  vocabulary: null,
  many: null,
  value: null,
  ...more
});

const place = { kind: 'experiment', perm_id: '20261121-1', identifier: '/LAB/PROJECT/EXP' };

const VERSION = {
  mode: 'version',
  as_new: false,
  version_of: null,
  of: 'Growth',
  allowed: true,
  default: true,
  owner_locked: true,
  reason: ''
};
const NEW = {
  mode: 'new',
  as_new: true,
  version_of: null,
  of: null,
  allowed: true,
  default: false,
  owner_locked: false,
  reason: ''
};

const plan = (more = {}) => ({
  name: 'Growth',
  notes: '',
  modes: [VERSION, NEW],
  author: { user_id: 'alice', is_me: true },
  owner: place,
  candidates: [],
  data_set_type: 'ANALYSIS',
  data_set_types: [{ code: 'ANALYSIS', description: '' }],
  properties: [],
  inputs: [
    { perm_id: '20261121-7', name: 'raw', type: 'RAW', attached: true, parent: true, used_hint: null }
  ],
  results: [
    { path: 'table.csv', size: 12, modified: '', suggested: true },
    { path: 'scratch.txt', size: 12, modified: '', suggested: false }
  ],
  results_cut: false,
  redactions: [],
  message: null,
  next_step: null,
  warnings: [],
  size: 100,
  ...more
});

test('nothing has to be typed: what the dialog begins with can be saved', () => {
  const form = initial(plan());
  assert.deepEqual(wrongs(form, plan(), trans), {});
  assert.deepEqual(saveBody(form, plan(), 'a/b.ipynb', 'abc'), {
    path: 'a/b.ipynb',
    sha256: 'abc',
    name: 'Growth',
    notes: '',
    files: ['table.csv'],
    unused: [],
    as_new: false,
    data_set_type: 'ANALYSIS',
    properties: {}
  });
});

test('a notebook of its own says where it goes, a further version stays where it is', () => {
  const form = { ...initial(plan()), mode: 'new' };
  assert.equal(saveBody(form, plan(), 'b.ipynb', '').owner, place.perm_id);
  assert.equal(saveBody(form, plan(), 'b.ipynb', '').as_new, true);
  assert.equal('sha256' in saveBody(form, plan(), 'b.ipynb', ''), false);
  const nowhere = plan({ modes: [{ ...NEW, as_new: null, default: true }], owner: null });
  assert.deepEqual(Object.keys(wrongs(initial(nowhere), nowhere, trans)), ['owner']);
  assert.equal('as_new' in saveBody({ ...initial(nowhere), owner: place }, nowhere, 'b.ipynb', ''), false);
});

test('what only the person can know is asked', () => {
  const copy = plan({ modes: [{ ...VERSION, default: false }, NEW] });
  assert.deepEqual(Object.keys(wrongs(initial(copy), copy, trans)), ['mode']);
  assert.equal(needsNoAnswer(copy, trans), false);
  const forbidden = plan({ modes: [{ ...VERSION, allowed: false }, NEW] });
  assert.deepEqual(Object.keys(wrongs({ ...initial(forbidden), mode: 'version' }, forbidden, trans)), [
    'mode'
  ]);
});

test('a file from nowhere becomes a version of a notebook that the person chooses', () => {
  const candidates = [{ notebook_id: 'abc', name: 'Growth', saved_at: null }];
  const nowhere = plan({ modes: [{ ...VERSION, of: null, default: false }, NEW], candidates });
  const form = { ...initial(nowhere), mode: 'version' };
  assert.deepEqual(Object.keys(wrongs(form, nowhere, trans)), ['version_of']);
  const chosen = saveBody({ ...form, versionOf: 'abc' }, nowhere, 'b.ipynb', '');
  assert.deepEqual([chosen.version_of, chosen.as_new, 'owner' in chosen], ['abc', false, false]);
  const elsewhere = plan({ modes: nowhere.modes, candidates: [] });
  assert.equal(carriedOver({ ...form, versionOf: 'abc' }, elsewhere).versionOf, null);
});

test('limits are counted in characters, not in halves of them', () => {
  const emoji = '\u{1F9EC}';
  assert.equal(characters(emoji.repeat(512)), 512);
  const fits = { ...initial(plan()), name: emoji.repeat(512), notes: emoji.repeat(1024) };
  assert.deepEqual(wrongs(fits, plan(), trans), {});
  const over = { ...fits, name: emoji.repeat(513), notes: emoji.repeat(1025) };
  assert.deepEqual(wrongs(over, plan(), trans), {
    name: 'At most 512 characters are stored.',
    notes: 'At most 1024 characters are stored.'
  });
  assert.deepEqual(Object.keys(wrongs({ ...fits, name: ' \n' }, plan(), trans)), ['name']);
});

test('values are judged as the server judges them', () => {
  for (const [data_type, good, bad] of [
    ['INTEGER', ['0', '-12', '+3', ' 4 '], ['1.5', 'x', '1e3']],
    ['REAL', ['1', '.5', '1.', '-1e-3'], ['e3', '1,5']],
    ['DATE', ['2026-11-21'], ['21.11.2026', '2026-11-21 10:00']],
    ['TIMESTAMP', ['2026-11-21', '2026-11-21 14:30', '2026-11-21T14:30:00 +0100'], ['14:30']],
    [
      'HYPERLINK',
      ['https://example.org/a', 'ftp://x'],
      ['javascript:alert(1)', 'example.org', 'https://a b']
    ],
    ['VARCHAR', ['anything at all'], []]
  ]) {
    for (const value of good) {
      assert.equal(wrong(property('P', { data_type }), value, trans), '', `${data_type} ${value}`);
    }
    for (const value of bad) {
      assert.notEqual(wrong(property('P', { data_type }), value, trans), '', `${data_type} ${value}`);
    }
  }
});

test('a mandatory property without a value is said at its field, and asks for the dialog', () => {
  const mandatory = plan({ properties: [property('MEDIUM', { mandatory: true }), property('NOTE')] });
  assert.deepEqual(wrongs(initial(mandatory), mandatory, trans), {
    'properties.MEDIUM': 'This is mandatory.'
  });
  assert.equal(needsNoAnswer(mandatory, trans), false);
  const filled = plan({ properties: [property('MEDIUM', { mandatory: true, value: 'LB' })] });
  assert.equal(needsNoAnswer(filled, trans), true);
  assert.equal(needsNoAnswer(plan({ warnings: ['This file is a copy.'] }), trans), false);
  assert.equal(needsNoAnswer(plan({ message: 'openBIS does not answer.' }), trans), false);
});

test('another type keeps what was typed where it has the same property', () => {
  const before = plan({ properties: [property('MEDIUM'), property('OLD')] });
  const form = { ...initial(before), notes: 'typed', values: { MEDIUM: 'LB', OLD: 'x' }, unused: ['gone'] };
  const after = plan({
    data_set_type: 'RAW',
    properties: [property('MEDIUM'), property('NEW', { value: 'n' })]
  });
  const carried = carriedOver(form, after);
  assert.deepEqual(carried.values, { MEDIUM: 'LB', NEW: 'n' });
  assert.deepEqual([carried.dataSetType, carried.notes, carried.unused], ['RAW', 'typed', []]);
});

test('times go from and to the field of the browser', () => {
  assert.equal(forTimeField('2026-11-21 14:30:00 +0100'), '2026-11-21T14:30:00');
  assert.equal(forTimeField('2026-11-21'), '');
  assert.equal(fromTimeField('2026-11-21T14:30'), '2026-11-21 14:30:00');
  assert.equal(fromTimeField('2026-11-21T14:30:05'), '2026-11-21 14:30:05');
  assert.equal(fromTimeField(''), '');
});

test('sizes are short', () => {
  assert.deepEqual([0, 999, 1500, 12_345, 999_600, 3e9].map(bytes), [
    '0 B',
    '999 B',
    '1.5 kB',
    '12 kB',
    '1.0 MB',
    '3.0 GB'
  ]);
});
