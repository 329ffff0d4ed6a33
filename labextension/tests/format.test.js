import assert from 'node:assert/strict';
import { test } from 'node:test';

import { humanSize, humanTime, share, webAddress } from '../lib/ui/format.js';

test('sizes have three digits and decimal units', () => {
  const sizes = [
    [null, ''],
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [1536, '1.54 kB'],
    [999_499, '999 kB'],
    [999_600, '1 MB'],
    [1_234_567_890, '1.23 GB'],
    [5e12, '5 TB'],
    [5e15, '5000 TB']
  ];
  for (const [bytes, shown] of sizes) {
    assert.equal(humanSize(bytes), shown);
  }
});

test('times are in the reader’s words; what is none stays as it is', () => {
  assert.match(humanTime('2026-03-05T10:00:00+00:00', 'en-GB'), /^5 Mar 2026, /);
  assert.equal(humanTime(null), '');
  assert.equal(humanTime('yesterday'), 'yesterday');
});

test('a share is between nothing and all', () => {
  assert.equal(share(1, 4), 0.25);
  assert.equal(share(9, 4), 1);
  assert.equal(share(0, 0), 1);
});

test('only web pages are linked to', () => {
  assert.equal(webAddress('https://eln.example.org/x'), 'https://eln.example.org/x');
  for (const odd of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'nonsense', '', null]) {
    assert.equal(webAddress(odd), null);
  }
});
