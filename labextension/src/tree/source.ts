/** Where the lines of a tree come from: the routes of this server. */

import { Signal } from '@lumino/signaling';

import type { Api } from '../api/client.js';
import { groups } from './items.js';
import { TreeModel } from './model.js';
import type { LevelDocument } from './shapes.js';

export interface Scope {
  /** The notebook at hand, which says at which openBIS; empty for the default one. */
  readonly path: string;
  /** False where places are chosen. */
  readonly withDataSets: boolean;
}

/** A tree, and the news that it has changed. */
export interface LiveTree {
  readonly model: TreeModel;
  readonly changed: Signal<object, undefined>;
}

/** The tree of openBIS from its spaces on; with words, from what a search for them finds. */
export function liveTree(api: Api, scope: () => Scope, words = ''): LiveTree {
  const owner = {};
  const changed = new Signal<object, undefined>(owner);
  const model = new TreeModel(
    async (parent, after) => {
      const { path, withDataSets } = scope();
      const here = path === '' ? {} : { path };
      if (parent === null && words !== '') {
        const kind = withDataSets ? {} : { kind: 'experiment,object' };
        const found = await api.get<LevelDocument>('search', { q: words, ...kind, ...here });
        return groups(found, withDataSets).map(group => ({ ...group, after: null }));
      }
      const of = parent === null ? {} : { parent: parent.permId, kind: parent.kind };
      const next = after === null ? {} : { after };
      return groups(await api.get<LevelDocument>('entities', { ...of, ...next, ...here }), withDataSets);
    },
    () => changed.emit(undefined)
  );
  return { model, changed };
}
