import assert from 'node:assert/strict';
import { test } from 'node:test';

import { begun, isComplete, notebookBody, repositoryBody } from '../lib/imports/form.js';
import { noteWords, originOf, progressWords, stateWords, toneOf } from '../lib/imports/words.js';

const trans = {
  __: (text, ...values) => text.replace(/%(\d)/g, (_, at) => String(values[at - 1])),
  _n: (one, many, count, ...values) => trans.__(count === 1 ? one : many, count, ...values)
};
const repository = {
  kind: 'repository',
  url: 'https://example.org/x.git',
  ref: 'main',
  folder: 'x_1',
  taken: 'x'
};
const notebook = { kind: 'notebook', name: 'Growth', sha256: 'abc' };

test('a proposed name is not insisted on: the server numbers the one that is taken', () => {
  const form = begun(repository);
  assert.equal(form.name, 'x_1');
  assert.equal(repositoryBody(form, repository, 'a').folder, 'x');
  assert.equal(repositoryBody({ ...form, name: ' mine ' }, repository, 'a').folder, 'mine');
  const free = { ...repository, folder: 'x', taken: null };
  assert.deepEqual(repositoryBody(begun(free), free, ''), {
    url: free.url,
    ref: 'main',
    directory: '',
    folder: 'x'
  });
});

test('a notebook is imported as it was shown, with or without a place', () => {
  const form = begun(notebook);
  assert.deepEqual(notebookBody(form, notebook, 'https://example.org/a.ipynb', 'f'), {
    url: 'https://example.org/a.ipynb',
    sha256: 'abc',
    name: 'Growth',
    directory: 'f'
  });
  const place = { kind: 'experiment', perm_id: '1-2', identifier: '/A/B/C' };
  const body = notebookBody({ ...form, place, inputs: ['3-4'] }, notebook, 'u', '');
  assert.deepEqual([body.owner, body.inputs], ['1-2', ['3-4']]);
});

test('nothing is imported without a name, or before it was looked at', () => {
  assert.equal(isComplete(null), false);
  assert.equal(isComplete({ ...begun(notebook), name: '  ' }), false);
  assert.equal(isComplete(begun(notebook)), true);
});

test('each kind of note is said, with its reason', () => {
  const note = { path: 'a', now: 'b', why: 'because' };
  assert.equal(noteWords({ ...note, kind: 'kept' }, trans), 'Kept yours: a (because)');
  assert.equal(noteWords({ ...note, kind: 'merged', why: '' }, trans), 'Merged into yours: a');
  assert.equal(noteWords({ ...note, kind: 'renamed' }, trans), 'Yours is renamed: a → b');
  assert.match(noteWords({ ...note, kind: 'restored' }, trans), /Came back.*: a/);
  assert.match(noteWords({ ...note, kind: 'branch' }, trans), /branch b/);
  assert.match(noteWords({ ...note, kind: 'left-out' }, trans), /Left out: a \(because\)/);
});

test('how a repository stands, and what stands out', () => {
  const one = { state: 'changed', changes: 2, upstream: 'behind', ref: 'main', report: { finished: true } };
  assert.equal(stateWords(one, trans), 'newer at the host · you changed 2 files');
  assert.equal(toneOf(one), 'warning');
  assert.equal(toneOf({ ...one, upstream: 'current' }), 'success');
  assert.equal(toneOf({ ...one, upstream: 'current', report: { finished: false } }), 'warning');
  assert.equal(toneOf({ ...one, state: 'gone' }), 'error');
  assert.match(stateWords({ ...one, upstream: 'ended' }, trans), /main is gone/);
});

test('progress is in the words of the server, with what has come', () => {
  assert.equal(progressWords({}, trans), 'Asking the host');
  assert.equal(
    progressWords({ message: 'Receiving objects', bytes: 1.5e6 }, trans),
    'Receiving objects, 1.5 MB'
  );
});

test('what a notebook says of its origin is taken as text only', () => {
  assert.deepEqual(originOf({ origin: { url: 'https://x', commit: 'abc' } }), {
    url: 'https://x',
    commit: 'abc'
  });
  assert.deepEqual(originOf({ origin: { url: 'https://x', commit: { a: 1 } } }), {
    url: 'https://x',
    commit: ''
  });
  for (const odd of [null, 1, 'x', {}, { origin: null }, { origin: { url: 1 } }, { origin: { id: '1-2' } }]) {
    assert.equal(originOf(odd), null);
  }
});
