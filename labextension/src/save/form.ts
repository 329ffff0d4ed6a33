/** What the save dialog holds, by itself: no widgets, no server. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { ModeName, Place, SaveBody, SaveMode, SavePlan } from './shapes.js';
import { wrong } from './values.js';

type Say = Pick<TranslationBundle, '__'>;

/** Longest name and notes of a version, in characters (N-41). */
export const MAX_NAME = 512;
export const MAX_NOTES = 1024;

export interface SaveForm {
  readonly name: string;
  readonly notes: string;
  /** `null` until the person has said what only they know. */
  readonly mode: ModeName | null;
  /** The notebook of which a file from nowhere becomes a version. */
  readonly versionOf: string | null;
  readonly owner: Place | null;
  readonly dataSetType: string;
  /** By code of the property. */
  readonly values: Readonly<Record<string, string>>;
  /** Result files that are saved beside the notebook. */
  readonly files: readonly string[];
  /** permIds of inputs that shall be no parents. */
  readonly unused: readonly string[];
}

/** What is wrong, by field: `name`, `owner`, `properties.CODE` …, as the server names them. */
export type Wrongs = Readonly<Record<string, string>>;

export const ofProperty = (code: string): string => `properties.${code}`;

/** Characters as the server counts them: a pair of surrogates is one. */
export const characters = (text: string): number => Array.from(text).length;

/** What stands there when nothing was typed (U-05). */
export function initial(plan: SavePlan): SaveForm {
  return {
    name: plan.name,
    notes: plan.notes,
    mode: plan.modes.find(one => one.default)?.mode ?? null,
    versionOf: null,
    owner: plan.owner,
    dataSetType: plan.data_set_type,
    values: valuesOf(plan, {}),
    files: plan.results.filter(one => one.suggested).map(one => one.path),
    unused: plan.inputs.filter(one => !one.parent).map(one => one.perm_id)
  };
}

/** The same form for another plan, since the place or the data-set type has been changed. */
export function carriedOver(form: SaveForm, plan: SavePlan): SaveForm {
  return {
    ...form,
    owner: plan.owner ?? form.owner,
    versionOf: plan.candidates.some(one => one.notebook_id === form.versionOf) ? form.versionOf : null,
    dataSetType: plan.data_set_type,
    values: valuesOf(plan, form.values),
    unused: form.unused.filter(permId => plan.inputs.some(one => one.perm_id === permId))
  };
}

export function modeOf(form: SaveForm, plan: SavePlan): SaveMode | undefined {
  return plan.modes.find(one => one.mode === form.mode);
}

/** Whether the person has to say of which of their notebooks it becomes a version. */
export function choosesNotebook(form: SaveForm, plan: SavePlan): boolean {
  return form.mode === 'version' && modeOf(form, plan)?.of === null;
}

/** Whether the place is given by the notebook; which one that is may still have to be said (N-31). */
export function staysInPlace(form: SaveForm, plan: SavePlan): boolean {
  return modeOf(form, plan)?.owner_locked === true && !choosesNotebook(form, plan);
}

/** What has to be mended before it can be saved. */
export function wrongs(form: SaveForm, plan: SavePlan, trans: Say): Wrongs {
  const found: Record<string, string> = {};
  if (!modeOf(form, plan)?.allowed) {
    found['mode'] = trans.__('Choose one of the two.');
  }
  if (choosesNotebook(form, plan) && form.versionOf === null) {
    found['version_of'] = trans.__('Choose the notebook.');
  }
  if (!form.name.trim()) {
    found['name'] = trans.__('A version needs a name.');
  } else if (characters(form.name) > MAX_NAME) {
    found['name'] = trans.__('At most %1 characters are stored.', MAX_NAME);
  }
  if (characters(form.notes) > MAX_NOTES) {
    found['notes'] = trans.__('At most %1 characters are stored.', MAX_NOTES);
  }
  if (form.owner === null) {
    found['owner'] = trans.__('Choose the object or experiment to store it in.');
  }
  for (const property of plan.properties) {
    const said = wrong(property, form.values[property.code] ?? '', trans);
    if (said) {
      found[ofProperty(property.code)] = said;
    }
  }
  return found;
}

/** What the server is asked for. */
export function saveBody(form: SaveForm, plan: SavePlan, path: string, sha256: string): SaveBody {
  const mode = modeOf(form, plan);
  const chosen = choosesNotebook(form, plan);
  const versionOf = chosen ? form.versionOf : (mode?.version_of ?? null);
  const asNew = mode?.as_new ?? null;
  const given = plan.properties
    .map(({ code }): [string, string] => [code, (form.values[code] ?? '').trim()])
    .filter(([, value]) => value !== '');
  return {
    path,
    ...(sha256 && { sha256 }),
    name: form.name.trim(),
    notes: form.notes,
    // A further version stays where its notebook is, which the server knows.
    ...(form.owner !== null && mode?.owner_locked !== true && { owner: form.owner.perm_id }),
    files: form.files,
    unused: form.unused,
    ...(asNew !== null && { as_new: asNew }),
    ...(versionOf !== null && { version_of: versionOf }),
    data_set_type: form.dataSetType,
    properties: Object.fromEntries(given)
  };
}

/** Whether there is nothing that only the person can say. */
export function needsNoAnswer(plan: SavePlan, trans: Say): boolean {
  const told = plan.warnings.length + (plan.message === null ? 0 : 1);
  return told === 0 && Object.keys(wrongs(initial(plan), plan, trans)).length === 0;
}

function valuesOf(plan: SavePlan, typed: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    plan.properties.map(({ code, value }) => [code, typed[code] !== undefined ? typed[code] : (value ?? '')])
  );
}
