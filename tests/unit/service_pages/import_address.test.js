// What the import page writes into its own address. Run by scripts/labextension --check, with node's own test runner.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { pageQuery } from '../../../openbis_nb/service/pages/static/import-address.js';

test('a token in what was looked at stays out of the address of the page', () => {
  const notebook = { id: 'ab', url: 'https://example.org/a.ipynb', notebook: {} };
  const repository = { id: 'cd', url: 'https://example.org/lab/repo.git', repository: {} };
  const page = 'https://example.org/lab/repo/tree/main?private_token=s3cr3t#part';
  assert.equal(
    pageQuery('https://example.org/a.ipynb?token=s3cr3t', null, notebook).toString(),
    'url=https%3A%2F%2Fexample.org%2Fa.ipynb&preview=ab'
  );
  assert.equal(
    pageQuery(page, 'v2', repository).toString(),
    'url=https%3A%2F%2Fexample.org%2Flab%2Frepo%2Ftree%2Fmain&ref=v2&preview=cd'
  );
});
