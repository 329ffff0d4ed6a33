/** What waits on this server: versions that openBIS does not have yet, and drafts. */

import { Poll } from '@lumino/polling';
import { type ISignal, Signal } from '@lumino/signaling';

import type { IOpenBIS } from '../tokens.js';
import type { DraftDocument, WaitingDocument } from './shapes.js';

const LOOK_EVERY = 60_000;
/** While versions wait: they may be sent at any moment. */
const LOOK_SOON = 10_000;

export class Waiting {
  versions: readonly WaitingDocument[] = [];
  drafts: readonly DraftDocument[] = [];
  private readonly news = new Signal<this, undefined>(this);
  private readonly poll: Poll;

  constructor(
    private readonly openbis: IOpenBIS,
    ready: Promise<unknown>
  ) {
    this.poll = new Poll({
      name: 'openbis-nb:waiting',
      factory: async () => {
        await ready;
        await this.look();
      },
      frequency: { interval: LOOK_EVERY, backoff: true, max: 5 * LOOK_EVERY },
      standby: 'when-hidden'
    });
    openbis.sessionChanged.connect(() => void this.refresh());
  }

  get changed(): ISignal<this, undefined> {
    return this.news;
  }

  /** Ask now. */
  async refresh(): Promise<void> {
    await this.poll.refresh();
    await this.poll.tick.catch(() => undefined); // the poll tries again
  }

  private async look(): Promise<void> {
    const [{ entries }, { drafts }] = await Promise.all([
      this.openbis.api.get<{ entries: WaitingDocument[] }>('outbox'),
      this.openbis.api.get<{ drafts: DraftDocument[] }>('drafts')
    ]);
    const interval = entries.length > 0 ? LOOK_SOON : LOOK_EVERY;
    if (this.poll.frequency.interval !== interval) {
      this.poll.frequency = { interval, backoff: true, max: 5 * LOOK_EVERY };
    }
    if (JSON.stringify([entries, drafts]) !== JSON.stringify([this.versions, this.drafts])) {
      [this.versions, this.drafts] = [entries, drafts];
      this.news.emit(undefined);
    }
  }
}
