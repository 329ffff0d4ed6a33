/** The runs of this server: asked for often while one is at work, and told of when one has ended. */

import { Notification } from '@jupyterlab/apputils';
import type { CommandRegistry } from '@lumino/commands';
import { Poll } from '@lumino/polling';
import { type ISignal, Signal } from '@lumino/signaling';

import { openPage } from '../save/links.js';
import type { IOpenBIS } from '../tokens.js';
import { isAtWork, pause, tone } from './reading.js';
import type { RunDocument, RunsDocument } from './shapes.js';
import { sentence } from './words.js';

/** Milliseconds between two looks where nothing goes on, and at most when the server does not answer. */
const LOOK_EVERY = 60_000;
const LONGEST = 300_000;

export class RunsWatch {
  private known: readonly RunDocument[] = [];
  private readonly told = new Set<string>();
  private readonly news = new Signal<this, undefined>(this);
  private readonly end = new Signal<this, RunDocument>(this);
  private readonly poll: Poll;

  constructor(
    private readonly openbis: IOpenBIS,
    private readonly commands: CommandRegistry,
    ready: Promise<unknown>
  ) {
    this.poll = new Poll({
      name: 'openbis-nb:runs',
      factory: async () => {
        await ready;
        await this.look();
      },
      frequency: { interval: LOOK_EVERY, backoff: true, max: LONGEST },
      standby: 'when-hidden'
    });
  }

  get runs(): readonly RunDocument[] {
    return this.known;
  }

  get changed(): ISignal<this, undefined> {
    return this.news;
  }

  /** One has come to its end, and the person was told. */
  get ended(): ISignal<this, RunDocument> {
    return this.end;
  }

  /** How many are at work. */
  get atWork(): number {
    return this.known.filter(isAtWork).length;
  }

  /** Ask now. */
  async refresh(): Promise<void> {
    await this.poll.refresh();
    await this.poll.tick.catch(() => undefined); // the poll tries again
  }

  async stop(run: RunDocument): Promise<void> {
    await this.openbis.api.post(`runs/${encodeURIComponent(run.id)}/stop`);
    await this.refresh();
  }

  async remove(run: RunDocument): Promise<void> {
    await this.openbis.api.delete(`runs/${encodeURIComponent(run.id)}`);
    await this.refresh();
  }

  /** Open the executed copy. */
  open(run: RunDocument): void {
    if (run.executed !== null) {
      this.commands
        .execute('docmanager:open', { path: run.executed })
        .catch((error: unknown) => this.openbis.fail(error));
    }
  }

  private async look(): Promise<void> {
    const { runs } = await this.openbis.api.get<RunsDocument>('runs');
    const interval = pause(runs);
    if (this.poll.frequency.interval !== interval) {
      this.poll.frequency = { interval, backoff: true, max: LONGEST };
    }
    if (JSON.stringify(runs) !== JSON.stringify(this.known)) {
      this.known = runs;
      this.news.emit(undefined);
    }
    for (const run of runs.filter(one => !isAtWork(one) && !one.seen && !this.told.has(one.id))) {
      this.told.add(run.id);
      this.tell(run);
      this.end.emit(run);
      await this.openbis.api.post(`runs/${encodeURIComponent(run.id)}/seen`);
    }
  }

  private tell(run: RunDocument): void {
    const { trans } = this.openbis;
    const link = run.result?.link;
    const message = sentence(run, trans);
    Notification.emit(message, tone(run), {
      autoClose: false, // it may have ended in the night
      actions: [
        ...(run.executed ? [{ label: trans.__('Open what was run'), callback: () => this.open(run) }] : []),
        ...(link ? [{ label: trans.__('Open data set'), callback: () => openPage(link) }] : []),
        ...(run.state === 'outbox'
          ? [
              {
                label: trans.__('Show outbox'),
                callback: () => void this.commands.execute('openbis:outbox')
              }
            ]
          : [])
      ]
    });
  }
}
