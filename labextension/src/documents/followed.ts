/** One open document: asked for when its file, its kernel or openBIS may have changed. */

import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import { Debouncer } from '@lumino/polling';
import { type ISignal, Signal } from '@lumino/signaling';

import type { Api } from '../api/client.js';
import type { Standing, StandingDocument } from '../tokens.js';
import type { NotebookContext } from './file.js';
import { Latest } from './latest.js';
import { shown } from './shown.js';

/** Milliseconds of rest before the server is asked: a run of many cells is one question. */
const REST = 800;

export class Followed {
  /** The tabs that show it. */
  readonly panels = new Set<NotebookPanel>();
  said: StandingDocument | null = null;
  private seen: Standing = 'unknown';
  private readonly news = new Signal<this, undefined>(this);
  private readonly soon = new Debouncer(() => this.ask(false), REST);
  private readonly questions = new Latest(
    fresh => this.question(fresh),
    said => this.hear(said)
  );

  constructor(
    private readonly context: NotebookContext,
    private readonly api: Api,
    private readonly contents: Contents.IManager
  ) {
    context.fileChanged.connect(() => this.askSoon());
    context.pathChanged.connect(() => this.askSoon());
    context.sessionContext.statusChanged.connect((_, status) => {
      if (status === 'idle') {
        this.askSoon();
      }
    });
    context.model.stateChanged.connect((_, change) => {
      if (change.name === 'dirty') {
        this.show();
      }
    });
    void context.ready.then(() => this.askSoon());
  }

  get standing(): Standing {
    return shown(this.said, this.context.model.dirty);
  }

  /** How it stands, or what is known beside it, has changed. */
  get changed(): ISignal<this, undefined> {
    return this.news;
  }

  /** Ask once things have come to rest. */
  askSoon(): void {
    if (!this.context.isDisposed) {
      this.soon.invoke().catch(() => undefined); // disposed in the meantime
    }
  }

  /** Ask now. What is known afterwards is not older than this question, whatever else was asked meanwhile. */
  async ask(fresh: boolean): Promise<void> {
    if (this.context.isDisposed || this.contents.driveName(this.context.path) !== '') {
      return;
    }
    await this.questions.ask(fresh);
  }

  dispose(): void {
    this.soon.dispose();
    Signal.clearData(this);
  }

  private question(fresh: boolean): Promise<StandingDocument | null> {
    const path = this.contents.localPath(this.context.path);
    const query = fresh ? { path, fresh: 1 } : { path };
    return this.api.get<StandingDocument>('standing', query).catch(() => null);
  }

  private hear(said: StandingDocument | null): void {
    const same = JSON.stringify(said) === JSON.stringify(this.said);
    this.said = said;
    this.show(!same);
  }

  private show(anyway = false): void {
    const now = this.standing;
    if (anyway || now !== this.seen) {
      this.seen = now;
      this.news.emit(undefined);
    }
  }
}
