/** Where to store: an experiment or object, from the tree or from those used last. */

import type { Entity, IOpenBIS, IPlacePicker, PickOptions } from '../tokens.js';
import { choose } from './chooser.js';
import type { Places } from './places.js';

export class PlacePicker implements IPlacePicker {
  constructor(
    private readonly openbis: IOpenBIS,
    private readonly places: Places
  ) {}

  async pick(options: PickOptions = {}): Promise<Entity | null> {
    const { trans } = this.openbis;
    const item = await choose(this.openbis, {
      title: options.title ?? trans.__('Where to store'),
      accept: options.accept ?? trans.__('Store here'),
      hint: trans.__('Choose an experiment (collection) or an object.'),
      path: options.path ?? '',
      withDataSets: false,
      fits: one => one.kind === 'experiment' || one.kind === 'object',
      recent: await this.places.recent()
    });
    if (item === null || item.kind === 'data-set') {
      return null;
    }
    await this.places.remember(item.entity);
    return item.entity;
  }

  recent(): Promise<readonly Entity[]> {
    return this.places.recent();
  }

  remember(place: Entity): Promise<void> {
    return this.places.remember(place);
  }
}
