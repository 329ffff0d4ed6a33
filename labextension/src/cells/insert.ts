/** A new cell with code that reads a data set, or a file of it. */

import { Notification } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';

import type { IOpenBIS } from '../tokens.js';
import { languageOf, modulesIn } from './kernel.js';
import { makesNb } from './kernel_words.js';
import type { Wanted } from './wanted.js';

/** `POST snippet`. */
interface SnippetDocument {
  readonly perm_id: string;
  readonly file: string;
  readonly text: string;
  readonly cell_type: 'code' | 'raw';
}

interface Transfer {
  readonly done?: number;
  readonly total?: number;
}

/** Milliseconds after which it is said that something goes on. */
const SOON = 800;

/**
 * Insert it, and make it the active cell.
 *
 * @param index - where the new cell shall stand; default: below the active one.
 */
export async function insertCode(
  openbis: IOpenBIS,
  panel: NotebookPanel,
  wanted: Wanted,
  index: number = panel.content.activeCellIndex + 1
): Promise<void> {
  const language = await languageOf(panel);
  const connected = language === 'python' && makesNb(sourcesAbove(panel, index));
  const modules = language === 'python' ? await modulesIn(panel) : null;
  const made = await toldSoon(openbis, wanted, told =>
    openbis.api.work<SnippetDocument, Transfer>(
      'snippet',
      {
        path: panel.context.localPath,
        perm_id: wanted.permId,
        file: wanted.path ?? null,
        language,
        modules: modules ?? (connected ? ['openbis_nb'] : null),
        connected
      },
      told
    )
  );
  place(panel, made, index);
}

function sourcesAbove(panel: NotebookPanel, index: number): string[] {
  const cells = panel.model?.sharedModel.cells ?? [];
  return cells
    .slice(0, index)
    .filter(cell => cell.cell_type === 'code')
    .map(cell => cell.getSource());
}

function place(panel: NotebookPanel, made: SnippetDocument, index: number): void {
  const notebook = panel.content;
  const model = notebook.model;
  if (model === null || panel.isDisposed) {
    return;
  }
  const at = Math.min(index, model.cells.length);
  model.sharedModel.insertCell(at, {
    cell_type: made.cell_type,
    source: made.text,
    metadata: made.cell_type === 'code' ? { trusted: true } : {}
  });
  notebook.deselectAll();
  notebook.activeCellIndex = at;
  notebook.mode = 'command';
  notebook.activate(); // whoever asked for it wants to run it next
  void notebook.scrollToItem(at);
}

/** Run `work`, and say how far it is where it takes longer than a moment. */
async function toldSoon<T>(
  openbis: IOpenBIS,
  wanted: Wanted,
  work: (told: (progress: Transfer) => void) => Promise<T>
): Promise<T> {
  const { trans } = openbis;
  const name = wanted.path?.split('/').at(-1) ?? wanted.name ?? wanted.permId;
  let id: string | undefined;
  const timer = setTimeout(() => {
    id = Notification.emit(trans.__('Fetching %1 from openBIS', name), 'in-progress', { autoClose: false });
  }, SOON);
  try {
    return await work(({ done, total }) => {
      if (id !== undefined && total) {
        Notification.update({ id, progress: Math.min(1, (done ?? 0) / total) });
      }
    });
  } finally {
    clearTimeout(timer);
    if (id !== undefined) {
      Notification.dismiss(id);
    }
  }
}
