/** The openBIS of this Jupyter server, as the front end sees it. */

import { Notification } from '@jupyterlab/apputils';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Poll } from '@lumino/polling';
import { type ISignal, Signal } from '@lumino/signaling';

import { Api } from '../api/client.js';
import { Problem } from '../api/problem.js';
import type { SessionDocument } from '../api/shapes.js';
import type { IOpenBIS, IOpenBISSettings } from '../tokens.js';
import { forgetAnswers } from '../ui/asked.js';
import { lookAgainIn } from './state.js';

/** Milliseconds that an error stays on screen; it stays in the list of notifications. */
const ERROR_STAYS = 10_000;

export class OpenBIS implements IOpenBIS {
  readonly api: Api;
  private known: SessionDocument | null = null;
  private asked = 0;
  private who: string | null = null;
  private readonly changed = new Signal<this, SessionDocument | null>(this);

  constructor(
    settings: ServerConnection.ISettings,
    readonly trans: TranslationBundle,
    private readonly tracker: INotebookTracker | null
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
    const turn = ++this.asked;
    const path = this.tracker?.currentWidget?.context.localPath;
    const seen = await this.api.get<SessionDocument>('session', { path });
    // The answer for a notebook that is no longer at hand is late.
    if (turn === this.asked && JSON.stringify(seen) !== JSON.stringify(this.known)) {
      this.known = seen;
      this.noteWho(seen);
      this.changed.emit(seen);
    }
  }

  /** What was shown to one person is not shown to the next one. */
  private noteWho(seen: SessionDocument): void {
    if (seen.user_id === null) {
      return;
    }
    const who = `${seen.server} ${seen.user_id}`;
    if (this.who !== null && this.who !== who) {
      forgetAnswers();
    }
    this.who = who;
  }

  /** Begin to look from time to time. */
  watch(settings: IOpenBISSettings): void {
    const usual = (): number => settings.values.lookEvery * 1000;
    const poll = new Poll({
      name: 'openbis-nb:session',
      factory: () => this.refresh(),
      frequency: { interval: usual(), backoff: true, max: 10 * usual() },
      standby: 'when-hidden'
    });
    const adjust = (): void => {
      const interval = lookAgainIn(this.known, usual());
      if (poll.frequency.interval !== interval) {
        poll.frequency = { interval, backoff: true, max: Math.max(10 * usual(), interval) };
        void poll.refresh(); // else the new pace begins only when the old one has run out
      }
    };
    const look = (): void => void this.refresh().catch(() => undefined); // the poll tries again, and says it
    settings.changed.connect(adjust);
    this.changed.connect(adjust);
    this.tracker?.currentChanged.connect(() => {
      if (this.known?.several) {
        look();
      }
    });
    const back = (): void => {
      if (this.known?.state === 'over' && document.visibilityState === 'visible') {
        look(); // the person comes back from the page on which they logged in
      }
    };
    window.addEventListener('focus', back);
    document.addEventListener('visibilitychange', back);
  }

  fail(error: unknown): void {
    const problem = error instanceof Problem ? error : new Problem(String(error), 0);
    Notification.error(`${problem.message} ${problem.nextStep}`.trim(), { autoClose: ERROR_STAYS });
    if (problem.status === 401) {
      this.refresh().catch(() => undefined); // the poll tries again, and says it
    }
  }
}
