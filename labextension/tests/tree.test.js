import assert from 'node:assert/strict';
import { test } from 'node:test';

import { groups } from '../lib/tree/items.js';
import { TreeModel } from '../lib/tree/model.js';

const node = (kind, code, opens = true) => ({
  kind,
  perm_id: code,
  code,
  identifier: `/${code}`,
  name: '',
  type: '',
  opens
});
const dataSet = name => ({ perm_id: `id-${name}`, name, type: 'RAW_DATA', size: 1 });

/** Two spaces; in A a hundred projects by two pages; in P1 nothing. */
function laboratory() {
  const asked = [];
  const load = (parent, after) => {
    asked.push([parent?.permId ?? '', after]);
    if (parent === null) {
      return Promise.resolve(level([['space', [node('space', 'ALPHA'), node('space', 'Beta')], null]]));
    }
    if (parent.permId === 'ALPHA') {
      const nodes = after ? [node('project', 'P3')] : [node('project', 'P1'), node('project', 'P2')];
      return Promise.resolve(level([['project', nodes, after ? null : 'project:2']], 3));
    }
    return parent.permId === 'Beta' ? Promise.reject(new Error('away')) : Promise.resolve([]);
  };
  let told = 0;
  const tree = new TreeModel(load, () => (told += 1));
  return { tree, asked, told: () => told };
}

function level(sections, total) {
  return groups(
    {
      sections: sections.map(([kind, nodes, after]) => ({
        kind,
        nodes,
        after,
        total: total ?? nodes.length
      })),
      data_sets: null
    },
    true
  );
}

const shown = tree => tree.rows().map(row => `${row.level} ${row.is === 'item' ? row.item.label : row.is}`);

test('levels are asked for when they are opened, once', async () => {
  const { tree, asked } = laboratory();
  await tree.begin();
  assert.deepEqual(shown(tree), ['1 ALPHA', '1 Beta']);
  await tree.open('space:ALPHA');
  tree.close('space:ALPHA');
  await tree.open('space:ALPHA');
  assert.deepEqual(shown(tree), ['1 ALPHA', '2 P1', '2 P2', '2 more', '1 Beta']);
  assert.deepEqual(asked, [
    ['', null],
    ['ALPHA', null]
  ]);
});

test('the next page goes below the first, and the keyboard to its first line', async () => {
  const { tree } = laboratory();
  await tree.begin();
  await tree.open('space:ALPHA');
  const more = tree.rows().find(row => row.is === 'more');
  assert.equal(more.left, 1);
  tree.select(more.key);
  assert.equal(tree.press('Enter', 0), 'act');
  await tree.more(more);
  assert.deepEqual(shown(tree), ['1 ALPHA', '2 P1', '2 P2', '2 P3', '1 Beta']);
  assert.equal(tree.row(tree.current).item.label, 'P3');
});

test('a level that could not be had says so and is asked for again', async () => {
  const { tree, asked } = laboratory();
  await tree.begin();
  await tree.open('space:Beta');
  const trouble = tree.rows().find(row => row.is === 'trouble');
  assert.match(String(trouble.error), /away/);
  await tree.again(trouble);
  assert.deepEqual(asked.at(-1), ['Beta', null]);
  assert.deepEqual(asked.length, 3);
});

test('an empty level says so', async () => {
  const { tree } = laboratory();
  await tree.begin();
  await tree.open('space:ALPHA');
  await tree.open('space:ALPHA project:P1');
  assert.equal(shown(tree)[2], '3 empty');
});

test('keys move, open and close', async () => {
  const { tree } = laboratory();
  await tree.begin();
  const at = () => tree.row(tree.current).item?.label ?? tree.row(tree.current).is;
  const steps = [
    ['ArrowDown', 'Beta'],
    ['ArrowDown', 'Beta'],
    ['Home', 'ALPHA'],
    ['ArrowRight', 'ALPHA'],
    ['ArrowRight', 'P1'],
    ['ArrowUp', 'ALPHA'],
    ['End', 'Beta'],
    ['ArrowUp', 'more'],
    ['ArrowLeft', 'ALPHA'],
    ['ArrowLeft', 'ALPHA'],
    ['ArrowDown', 'Beta']
  ];
  for (const [key, label] of steps) {
    assert.equal(tree.press(key, 0), 'done', key);
    await new Promise(resolve => setImmediate(resolve));
    assert.equal(at(), label, key);
  }
  assert.equal(tree.press('Tab', 0), null);
  assert.equal(tree.press('F10', 0), null);
});

test('letters find what begins with them; after a rest a new word begins', async () => {
  const { tree } = laboratory();
  await tree.begin();
  await tree.open('space:ALPHA');
  const at = () => tree.row(tree.current).item.label;
  const typed = [
    ['b', 0, 'Beta'],
    ['p', 1000, 'P1'],
    ['2', 1100, 'P2'],
    ['a', 3000, 'ALPHA'],
    ['l', 3100, 'ALPHA'],
    ['x', 5000, 'ALPHA']
  ];
  for (const [letter, now, label] of typed) {
    tree.press(letter, now);
    assert.equal(at(), label, letter);
  }
});

test('what was begun anew is not mixed with late answers', async () => {
  const late = [];
  const tree = new TreeModel(
    () => new Promise(resolve => late.push(resolve)),
    () => undefined
  );
  const first = tree.begin();
  const second = tree.begin();
  late[1](level([['space', [node('space', 'NEW')], null]]));
  await second;
  late[0](level([['space', [node('space', 'OLD')], null]]));
  await first;
  assert.deepEqual(shown(tree), ['1 NEW']);
});

test('names come first, codes beside them; data sets only where they are wanted', () => {
  const document = {
    sections: [
      { kind: 'object', nodes: [{ ...node('object', 'O1', false), name: 'Plate' }], total: 1, after: null }
    ],
    data_sets: { data_sets: [dataSet('Reader'), dataSet('')], total: 2, after: null }
  };
  const [objects, data] = groups(document, true);
  assert.deepEqual(
    [objects.items[0].label, objects.items[0].detail, objects.items[0].opens],
    ['Plate', 'O1', true]
  );
  assert.deepEqual(
    data.items.map(item => [item.label, item.detail]),
    [
      ['Reader', 'id-Reader'],
      ['id-', '']
    ]
  );
  const places = groups(document, false);
  assert.equal(places.length, 1);
  assert.equal(places[0].items[0].opens, false);
});
