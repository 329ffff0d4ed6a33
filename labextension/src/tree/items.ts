/** Lines of the tree, made from what the routes answer. */

import type { Entity } from '../tokens.js';
import type { DataSetRow, LevelDocument } from './shapes.js';

/** An entity or a data set as one line of the tree. */
export type Item = EntityItem | DataSetItem;

interface Line {
  /** Tells it apart from all others. */
  readonly key: string;
  readonly permId: string;
  /** What people call it. */
  readonly label: string;
  /** Beside that: the code, where the label is a name. */
  readonly detail: string;
  readonly type: string;
  readonly opens: boolean;
}

export interface EntityItem extends Line {
  readonly kind: Entity['kind'];
  readonly entity: Entity;
}

export interface DataSetItem extends Line {
  readonly kind: 'data-set';
  readonly dataSet: DataSetRow;
}

/** Lines of one kind, as many as were asked for so far. */
export interface Group {
  readonly name: string;
  readonly items: readonly Item[];
  readonly total: number;
  /** What to ask for the next page; `null` where this is all. */
  readonly after: string | null;
}

/**
 * The groups of one level, or of a search.
 *
 * @param withDataSets - false where only places are wanted: then nothing that holds only data sets opens.
 */
export function groups(level: LevelDocument, withDataSets: boolean): Group[] {
  const found: Group[] = level.sections.map(section => ({
    name: section.kind,
    items: section.nodes.map(node => entityItem(node, withDataSets)),
    total: section.total,
    after: section.after
  }));
  if (withDataSets && level.data_sets !== null) {
    const { data_sets, total, after } = level.data_sets;
    found.push({ name: 'data-set', items: data_sets.map(dataSetItem), total, after });
  }
  return found.filter(group => group.items.length > 0 || group.after !== null);
}

export function entityItem(entity: Entity & { readonly opens?: boolean }, withDataSets: boolean): EntityItem {
  const named = entity.name !== '' && entity.name !== entity.code;
  return {
    key: `${entity.kind}:${entity.perm_id}`,
    kind: entity.kind,
    permId: entity.perm_id,
    label: named ? entity.name : entity.code,
    detail: named ? entity.code : '',
    type: entity.type,
    opens: entity.opens === true || (withDataSets && entity.kind === 'object'),
    entity
  };
}

export function dataSetItem(dataSet: DataSetRow): DataSetItem {
  return {
    key: `data-set:${dataSet.perm_id}`,
    kind: 'data-set',
    permId: dataSet.perm_id,
    label: dataSet.name || dataSet.perm_id,
    detail: dataSet.name ? dataSet.perm_id : '',
    type: dataSet.type,
    opens: false,
    dataSet
  };
}
