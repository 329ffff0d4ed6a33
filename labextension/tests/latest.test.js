import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Latest } from '../lib/documents/latest.js';

/** A server that answers when the test says so; `asked` are the questions, `known` what was taken. */
function server() {
  const asked = [];
  const known = [];
  const latest = new Latest(
    fresh => new Promise((answer, fail) => asked.push({ fresh, answer, fail })),
    answer => known.push(answer)
  );
  return { asked, known, latest };
}

test('who waits for an answer goes on with it, though somebody has asked later', async () => {
  const { asked, known, latest } = server();
  const click = latest.ask(true);
  void latest.ask(false); // the file was written, too
  asked[0].answer('newer');
  await click;
  assert.deepEqual(known, ['newer']);
});

test('what overtakes a fresh question is fresh itself', async () => {
  const { asked, known, latest } = server();
  const click = latest.ask(true);
  const later = latest.ask(false);
  assert.deepEqual(
    asked.map(({ fresh }) => fresh),
    [true, true]
  );
  asked[1].answer('newer');
  await later;
  asked[0].answer('changed');
  await click;
  assert.deepEqual(known, ['newer'], 'the earlier question is answered with what was before');
  void latest.ask(false);
  assert.equal(asked[2].fresh, false, 'nobody waits for a fresh answer any more');
});

test('a failure is the one of who asked, and hides no earlier or later answer', async () => {
  const { asked, known, latest } = server();
  const first = latest.ask(true);
  const second = latest.ask(false);
  asked[1].fail(new Error('away'));
  await assert.rejects(second, /away/);
  asked[0].answer('nothing');
  await first;
  assert.deepEqual(known, ['nothing']);
  void latest.ask(false);
  assert.equal(asked[2].fresh, false);
});
