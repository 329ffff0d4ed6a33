import assert from 'node:assert/strict';
import { test } from 'node:test';

import { makesNb, modulesOf, WHICH_MODULES } from '../lib/cells/kernel_words.js';
import { placeAt } from '../lib/cells/place.js';
import { wantedOfArgs, wantedOfDrag, wantedOfText, wantedOfTransfer } from '../lib/cells/wanted.js';

const ID = '20261121093000123-45';
const ELN = 'https://openbis.example/openbis/webapp/eln-lims/?menuUniqueId=null';
const VIEW = '&viewName=showViewDataSetPageFromPermId&viewData=';

test('a permId and the address of a data set in the ELN are understood', () => {
  for (const text of [ID, `  ${ID}\n`, `${ELN}${VIEW}${ID}`, `${ELN}${VIEW}%22${ID}%22`]) {
    assert.deepEqual(wantedOfText(text), { permId: ID }, text);
  }
});

test('everything else is not', () => {
  for (const text of [
    '',
    'print(1)',
    `see ${ID}`,
    `${ID}; rm`,
    `javascript:${ELN}${VIEW}${ID}`,
    `file:///x?${VIEW}${ID}`,
    `${ELN}&viewName=showViewSamplePageFromPermId&viewData=${ID}`,
    `${ELN}${VIEW}x${ID}`,
    `https://[${VIEW}${ID}`,
    `${ELN}${VIEW}${ID} and more`,
    `${ELN}${VIEW}${ID}&${'x'.repeat(5000)}`
  ]) {
    assert.equal(wantedOfText(text), null, text);
  }
});

test('a drag of our own names a data set or a file of it', () => {
  const file = { perm_id: ID, name: 'Growth', type: 'RAW_DATA', path: 'original/a.csv' };
  const wanted = { permId: ID, name: 'Growth', path: 'original/a.csv' };
  assert.deepEqual(wantedOfDrag(file), wanted);
  assert.deepEqual(wantedOfDrag(JSON.stringify(file)), wanted);
  assert.deepEqual(wantedOfDrag({ perm_id: ID, path: '' }), { permId: ID });
  assert.deepEqual(wantedOfArgs({ permId: ID, path: 'a.csv', isToggled: 1 }), { permId: ID, path: 'a.csv' });
  for (const odd of [null, 7, '{', '[]', {}, { perm_id: 7 }, { perm_id: '' }]) {
    assert.equal(wantedOfDrag(odd), null, JSON.stringify(odd));
  }
  assert.equal(wantedOfArgs({}), null);
});

test('a dropped link goes before its text', () => {
  const given = values => type => values[type] ?? '';
  const link = `${ELN}${VIEW}${ID}`;
  assert.deepEqual(wantedOfTransfer(given({ 'text/uri-list': `# x\r\n${link}`, 'text/plain': 'x' })), {
    permId: ID
  });
  assert.deepEqual(wantedOfTransfer(given({ 'text/plain': ID })), { permId: ID });
  assert.equal(wantedOfTransfer(given({})), null);
});

test('what a kernel says of its packages is understood, or is not known', () => {
  const said = shown => ({ status: 'ok', data: { 'text/plain': shown }, metadata: {} });
  assert.deepEqual(modulesOf(said("['openbis_nb', 'PIL']")), ['openbis_nb', 'PIL']);
  assert.deepEqual(modulesOf(said('[]')), []);
  for (const odd of [undefined, null, {}, said('None'), { status: 'error', ename: 'NameError' }]) {
    assert.equal(modulesOf(odd), null, JSON.stringify(odd));
  }
  assert.ok(!/\n/.test(WHICH_MODULES));
});

test('nb is made once in a notebook', () => {
  assert.ok(makesNb(['x = 1', 'import openbis_nb\n\nnb = openbis_nb.notebook()']));
  assert.ok(makesNb(['nb=openbis_nb.notebook("a.ipynb")']));
  assert.ok(!makesNb(['# nb = openbis_nb.notebook()', '    nb = openbis_nb.notebook()', 'nb = 1']));
});

test('a drop goes between the two nearest cells', () => {
  const cells = [
    { index: 3, top: 0, bottom: 20 },
    { index: 4, top: 20, bottom: 60 }
  ];
  assert.deepEqual(placeAt(5, cells), { index: 3, shownAt: 3, side: 'above' });
  assert.deepEqual(placeAt(15, cells), { index: 4, shownAt: 4, side: 'above' });
  assert.deepEqual(placeAt(500, cells), { index: 5, shownAt: 4, side: 'below' });
  assert.deepEqual(placeAt(1, []), { index: 0, shownAt: null, side: 'below' });
});
