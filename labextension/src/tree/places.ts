/** Where things were stored last (N-48): remembered per openBIS and person in the state of JupyterLab. */

import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';

import type { Entity, IOpenBIS } from '../tokens.js';

const KEY = 'openbis-nb:places';
const MOST = 5;

export class Places {
  constructor(
    private readonly states: IStateDB | null,
    private readonly openbis: IOpenBIS
  ) {}

  /** The last one first. */
  async recent(): Promise<readonly Entity[]> {
    return readable((await this.all())[this.whose]);
  }

  async remember(place: Entity): Promise<void> {
    const all = await this.all();
    const before = readable(all[this.whose]).filter(one => one.perm_id !== place.perm_id);
    const { kind, perm_id, code, identifier, name, type } = place;
    const now = [{ kind, perm_id, code, identifier, name, type }, ...before].slice(0, MOST);
    await this.states?.save(KEY, { ...all, [this.whose]: now.map(one => ({ ...one })) });
  }

  private async all(): Promise<Record<string, ReadonlyPartialJSONValue>> {
    const kept = await this.states?.fetch(KEY);
    return typeof kept === 'object' && kept !== null
      ? (kept as Record<string, ReadonlyPartialJSONValue>)
      : {};
  }

  private get whose(): string {
    const { session } = this.openbis;
    return `${session?.user_id ?? ''} at ${session?.server ?? ''}`;
  }
}

const TEXTS = ['perm_id', 'code', 'identifier', 'name', 'type'] as const;

/** What was kept by an older version, or by another program, is left out where it is something else. */
export function readable(kept: unknown): Entity[] {
  const list: unknown[] = Array.isArray(kept) ? kept : [];
  return list.filter((one): one is Entity => {
    const entity = one as Record<string, unknown> | null;
    const texts =
      typeof entity === 'object' && entity !== null && TEXTS.every(name => typeof entity[name] === 'string');
    return texts && ['experiment', 'object'].includes(String(entity['kind']));
  });
}
