/**
 * A cell that runs `nb.save()` asks by comm that its document be saved (design D12 a).
 *
 * The cell gets no comm while it runs, so the answer goes over HTTP to the person's own server, where the cell
 * waits for it. When openBIS has the version, the cell says so on the same comm, with the identity block.
 */

import type { Notebook } from '@jupyterlab/notebook';
import { CodeCell } from '@jupyterlab/cells';
import type { Kernel, KernelMessage } from '@jupyterlab/services';

import { Problem } from '../api/problem.js';
import type { IOpenBIS } from '../tokens.js';
import type { NotebookContext, WrittenFile } from './file.js';
import { until } from './until.js';

export const TARGET = 'openbis_nb';
/** Milliseconds for the answers to cells that ran before the one that saves; they come by another channel. */
const EARLIER_CELLS = 3000;
/** Milliseconds for the cell that saved to show its card; what still runs then is saved later. */
const REST_OF_CELL = 10_000;

/** What is done with an open notebook. */
export interface CellSaver {
  /** A view of it; which of several does not matter. */
  view(context: NotebookContext): Notebook | null;
  write(context: NotebookContext): Promise<WrittenFile>;
  placeBlock(context: NotebookContext, block: unknown): void;
  ask(context: NotebookContext): Promise<void>;
}

/** Answer what a kernel asks of this document, as long as the connection lives. */
export function answerCells(
  kernel: Kernel.IKernelConnection,
  context: NotebookContext,
  saver: CellSaver,
  openbis: IOpenBIS
): void {
  kernel.registerCommTarget(TARGET, (comm, message) => {
    const request = message.parent_header as Partial<KernelMessage.IHeader>;
    // Every tab with this kernel hears it: the one that ran the cell has what the cell means.
    if (request.session !== kernel.clientId && !context.model.collaborative) {
      return;
    }
    const { nonce } = message.content.data;
    if (typeof nonce !== 'string') {
      comm.close();
      return;
    }
    const cell = request.msg_id ?? '';
    comm.onMsg = said => {
      finish(said.content.data, cell, context, saver).catch((error: unknown) => openbis.fail(error));
    };
    // Not awaited: outputs that have yet to come are handled only after this function has ended.
    answer(nonce, cell, context, saver, openbis).catch((error: unknown) => openbis.fail(error));
  });
}

async function answer(
  nonce: string,
  request: string,
  context: NotebookContext,
  saver: CellSaver,
  openbis: IOpenBIS
): Promise<void> {
  let said: WrittenFile | { error: string };
  try {
    await until(() => !earlierRuns(saver.view(context), request), EARLIER_CELLS);
    said = await saver.write(context);
  } catch (error) {
    said = { error: error instanceof Problem ? `${error.message} ${error.nextStep}`.trim() : String(error) };
  }
  try {
    await openbis.api.post(`save-answers/${encodeURIComponent(nonce)}`, said);
  } catch (error) {
    // Somebody who works on the same document together with this person was first.
    if (!(error instanceof Problem && error.status === 409)) {
      throw error;
    }
  }
}

/** The version is at openBIS, or on its way. */
async function finish(
  said: Readonly<Record<string, unknown>>,
  request: string,
  context: NotebookContext,
  saver: CellSaver
): Promise<void> {
  const { block } = said;
  if (typeof block === 'object' && block !== null) {
    saver.placeBlock(context, block);
    // With the card in the file there is nothing left to write, so nothing looks like a change.
    await until(() => !runs(saver.view(context), request), REST_OF_CELL);
    await saver.write(context);
  }
  await saver.ask(context);
}

/** Whether a cell waits for its kernel that was sent before the request. */
function earlierRuns(view: Notebook | null, request: string): boolean {
  const waiting = futures(view);
  const place = waiting.findIndex(future => future.msg.header.msg_id === request);
  const sent = waiting[place]?.msg.header.date ?? '';
  // All cells run at once are sent in their order, some within the same millisecond.
  return waiting.some(
    ({ msg }, index) => msg.header.date < sent || (msg.header.date === sent && index < place)
  );
}

function runs(view: Notebook | null, request: string): boolean {
  return futures(view).some(future => future.msg.header.msg_id === request);
}

/** What Lab has sent for cells, and what has come to its end. Lab keeps the one of a cell until the cell runs again. */
const watched = new WeakSet<Kernel.IShellFuture>();
const over = new WeakSet<Kernel.IShellFuture>();

function futures(view: Notebook | null): readonly Kernel.IShellFuture[] {
  const cells = (view?.widgets ?? []).filter(cell => cell instanceof CodeCell);
  const known = cells
    .map(cell => cell.outputArea.future as Kernel.IShellFuture | null | undefined)
    .filter(future => future !== null && future !== undefined);
  known.forEach(watch);
  return known.filter(future => !future.isDisposed && !over.has(future));
}

function watch(future: Kernel.IShellFuture): void {
  if (!watched.has(future)) {
    watched.add(future);
    const ends = (): void => void over.add(future);
    future.done.then(ends, ends); // a kernel that dies ends it, too
  }
}
