/** The openBIS of this Jupyter server, as the front end sees it. */

import { Notification } from '@jupyterlab/apputils';
import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Poll } from '@lumino/polling';
import { type ISignal, Signal } from '@lumino/signaling';

import { Api } from '../api/client.js';
import { Problem } from '../api/problem.js';
import type { SessionDocument } from '../api/shapes.js';
import type { IOpenBIS } from '../tokens.js';

/** Milliseconds between two looks, as long as the page is seen. */
const LOOK_EVERY = 60_000;
/** Milliseconds that an error stays on screen; it stays in the list of notifications. */
const ERROR_STAYS = 10_000;

export class OpenBIS implements IOpenBIS {
  readonly api: Api;
  private known: SessionDocument | null = null;
  private readonly changed = new Signal<this, SessionDocument | null>(this);

  constructor(
    settings: ServerConnection.ISettings,
    readonly trans: TranslationBundle
  ) {
    this.api = new Api(settings);
  }

  get session(): SessionDocument | null {
    return this.known;
  }

  get sessionChanged(): ISignal<IOpenBIS, SessionDocument | null> {
    return this.changed;
  }

  async refresh(): Promise<void> {
    const seen = await this.api.get<SessionDocument>('session');
    if (JSON.stringify(seen) !== JSON.stringify(this.known)) {
      this.known = seen;
      this.changed.emit(seen);
    }
  }

  /** Begin to look from time to time. */
  watch(): void {
    new Poll({
      name: 'openbis-nb:session',
      factory: () => this.refresh(),
      frequency: { interval: LOOK_EVERY, backoff: true, max: 10 * LOOK_EVERY },
      standby: 'when-hidden'
    });
  }

  fail(error: unknown): void {
    const problem = error instanceof Problem ? error : new Problem(String(error), 0);
    Notification.error(`${problem.message} ${problem.nextStep}`.trim(), { autoClose: ERROR_STAYS });
    if (problem.status === 401) {
      this.refresh().catch(() => undefined); // the poll tries again, and says it
    }
  }
}
