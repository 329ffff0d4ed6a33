/** What is done with the inputs of a notebook: attached, fetched, exchanged, removed, brought back. */

import { Notification } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import { type ISignal, Signal } from '@lumino/signaling';

import type { INotebooks, IOpenBIS } from '../tokens.js';
import { postAsking } from '../ui/confirm.js';
import type { AttachedDocument, FetchProgress, InputsDocument } from './shapes.js';
import { markOf } from './state.js';

export type Fetch = 'small' | 'all';

export class Inputs {
  private readonly news = new Signal<this, undefined>(this);
  private readonly fetching = new Map<string, FetchProgress>();

  constructor(
    private readonly openbis: IOpenBIS,
    private readonly notebooks: INotebooks,
    private readonly contents: Contents.IManager
  ) {}

  /** The list of a notebook, a state or how far a fetch is has changed. */
  get changed(): ISignal<this, undefined> {
    return this.news;
  }

  pathOf(notebook: NotebookPanel): string {
    return this.contents.localPath(notebook.context.path);
  }

  list(notebook: NotebookPanel): Promise<InputsDocument> {
    return this.openbis.api.get<InputsDocument>('data-sets', { path: this.pathOf(notebook) });
  }

  /** How far what is being fetched for a notebook is; `null` where nothing is. */
  progress(notebook: NotebookPanel): FetchProgress | null {
    return this.fetching.get(this.pathOf(notebook)) ?? null;
  }

  /**
   * Give data sets to the notebook: into its list, and to its kernel; they become parents of its next version
   * (O-72). Small ones are fetched at once, others at first use, or with `all` now.
   */
  async attach(notebook: NotebookPanel, permIds: readonly string[], fetch: Fetch = 'small'): Promise<void> {
    await this.change(notebook, { add: permIds });
    await this.fetch(notebook, permIds, fetch);
  }

  /** Fetch what the notebook names; it counts as given to its kernel from then on. */
  async fetch(notebook: NotebookPanel, permIds: readonly string[], fetch: Fetch): Promise<void> {
    const path = this.pathOf(notebook);
    this.tell(path, {});
    try {
      const body = { path, perm_ids: permIds, fetch };
      const result = await this.openbis.api.work<{ data_sets: AttachedDocument[] }, FetchProgress>(
        'attach',
        body,
        progress => this.tell(path, progress)
      );
      this.sayWhatIsMissing(result.data_sets);
    } finally {
      this.fetching.delete(path);
      this.news.emit(undefined);
    }
    await this.notebooks.refresh(notebook);
  }

  /** Take the newer one instead, at the same place in the list. */
  async exchange(notebook: NotebookPanel, old: string, newer: string): Promise<void> {
    await this.change(notebook, { add: [newer], remove: [old] });
    await this.fetch(notebook, [newer], 'small');
  }

  remove(notebook: NotebookPanel, permId: string): Promise<void> {
    return this.change(notebook, { remove: [permId] });
  }

  async unarchive(notebook: NotebookPanel, permIds: readonly string[]): Promise<void> {
    await this.openbis.api.post('unarchive', { perm_ids: permIds, path: this.pathOf(notebook) });
    this.news.emit(undefined);
  }

  /** Another list, written into the shared document; a notebook from nowhere has none yet. */
  async change(
    notebook: NotebookPanel,
    what: { add?: readonly string[]; remove?: readonly string[] }
  ): Promise<void> {
    if (notebook.context.model.dirty) {
      await this.notebooks.write(notebook); // the server reads the block from the file
    }
    const body = { path: this.pathOf(notebook), ...what };
    const { block } = await postAsking<{ block: unknown }>(this.openbis, 'inputs', body);
    if (block !== null) {
      await this.notebooks.setBlock(notebook, block);
    }
    this.news.emit(undefined);
  }

  private tell(path: string, progress: FetchProgress): void {
    this.fetching.set(path, progress);
    this.news.emit(undefined);
  }

  private sayWhatIsMissing(found: readonly AttachedDocument[]): void {
    const reasons = found.filter(one => !['here', 'in-place', 'listed'].includes(markOf(one)));
    for (const { reason } of reasons) {
      Notification.warning(reason, { autoClose: 8000 });
    }
  }
}
