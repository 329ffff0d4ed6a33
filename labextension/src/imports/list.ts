/** The repositories of this server: asked for when somebody looks, and brought up to date. */

import { Notification } from '@jupyterlab/apputils';
import { type ISignal, Signal } from '@lumino/signaling';

import type { IOpenBIS } from '../tokens.js';
import type { ImportProgress, ListedRepository, RepositoryDocument } from './shapes.js';

export class Repositories {
  private known: readonly ListedRepository[] | null = null;
  private readonly going = new Map<string, ImportProgress>();
  private readonly news = new Signal<this, undefined>(this);

  constructor(private readonly openbis: IOpenBIS) {}

  /** `null` until the server has answered once. */
  get all(): readonly ListedRepository[] | null {
    return this.known;
  }

  /** Folders that are being updated, and addresses that are being fetched. */
  get atWork(): ReadonlyMap<string, ImportProgress> {
    return this.going;
  }

  get changed(): ISignal<this, undefined> {
    return this.news;
  }

  /** Ask what there is; then the hosts, which may take longer. */
  async refresh(): Promise<void> {
    await this.ask({});
    if (this.known?.length) {
      await this.ask({ ask: 1 });
    }
  }

  /** Fetch one into a new folder. */
  fetch(body: Readonly<Record<string, unknown>>): Promise<RepositoryDocument> {
    return this.work('repositories', String(body['url']), body);
  }

  /** Bring one up to date; what was kept stands in the list then. */
  async update(one: ListedRepository): Promise<void> {
    const { trans } = this.openbis;
    const done = await this.work('repositories/update', one.path, { path: one.path });
    const { added, updated, removed, notes } = done.report;
    const text =
      added + updated + removed + notes.length === 0
        ? trans.__('%1 is up to date; nothing was new.', one.name)
        : trans.__('%1: %2 new, %3 changed, %4 removed files.', one.name, added, updated, removed);
    const told = notes.length > 0 ? ` ${trans.__('The panel lists what was kept of yours.')}` : '';
    Notification.success(text + told, { autoClose: 8000 });
  }

  /** Take one off the list; its folder stays. */
  async remove(one: ListedRepository): Promise<void> {
    await this.openbis.api.delete('repositories', { path: one.path });
    await this.ask({});
  }

  private async work(
    route: string,
    name: string,
    body: Readonly<Record<string, unknown>>
  ): Promise<RepositoryDocument> {
    this.tell(name, {});
    try {
      return await this.openbis.api.work<RepositoryDocument, ImportProgress>(route, body, progress =>
        this.tell(name, progress)
      );
    } finally {
      this.going.delete(name);
      this.news.emit(undefined);
      await this.ask({ ask: 1 }).catch((error: unknown) => this.openbis.fail(error));
    }
  }

  private tell(name: string, progress: ImportProgress): void {
    this.going.set(name, progress);
    this.news.emit(undefined);
  }

  private async ask(query: Readonly<Record<string, number>>): Promise<void> {
    const { repositories } = await this.openbis.api.get<{ repositories: ListedRepository[] }>(
      'repositories',
      query
    );
    this.known = repositories;
    this.news.emit(undefined);
  }
}
