/** Which sections are folded: remembered from one visit to the next. */

import type { IStateDB } from '@jupyterlab/statedb';
import { type ISignal, Signal } from '@lumino/signaling';

const KEY = 'openbis-nb:panel';

export class Folding {
  private readonly chosen = new Map<string, boolean>();
  private readonly moved = new Signal<this, undefined>(this);

  constructor(private readonly states: IStateDB | null) {}

  get changed(): ISignal<this, undefined> {
    return this.moved;
  }

  /** Read what was chosen before; what is chosen meanwhile stays. */
  async restore(): Promise<void> {
    const kept = await this.states?.fetch(KEY);
    if (typeof kept === 'object' && kept !== null && !Array.isArray(kept)) {
      for (const [id, open] of Object.entries(kept)) {
        if (typeof open === 'boolean' && !this.chosen.has(id)) {
          this.chosen.set(id, open);
        }
      }
      this.moved.emit(undefined);
    }
  }

  isOpen(id: string, otherwise: boolean): boolean {
    return this.chosen.get(id) ?? otherwise;
  }

  set(id: string, open: boolean): void {
    this.chosen.set(id, open);
    this.moved.emit(undefined);
    void this.states?.save(KEY, Object.fromEntries(this.chosen));
  }
}
