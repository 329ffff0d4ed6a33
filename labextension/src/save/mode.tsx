/** Whether it becomes a further version of a notebook, or a notebook of its own. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { Field } from './field.js';
import { choosesNotebook, modeOf, type SaveForm, type Wrongs } from './form.js';
import type { SaveMode, SavePlan } from './shapes.js';

export function ModeField(props: {
  readonly plan: SavePlan;
  readonly form: SaveForm;
  readonly wrong: Wrongs;
  readonly trans: TranslationBundle;
  readonly onChange: (change: Pick<SaveForm, 'mode' | 'versionOf'>) => void;
}): React.ReactElement | null {
  const { plan, form, wrong, trans, onChange } = props;
  const said = wrong['mode'];
  const chosen = modeOf(form, plan);
  if (chosen?.allowed && plan.modes.every(one => one === chosen || !one.allowed)) {
    return chosen.reason ? <Only mode={chosen} trans={trans} /> : null;
  }
  return (
    <>
      <fieldset className="jp-openbis-modes" aria-describedby={said ? 'openbis-save-mode-below' : undefined}>
        <legend>{trans.__('Save as')}</legend>
        {plan.modes.map((one, index) => (
          <label key={one.mode}>
            <input
              id={index === 0 ? 'openbis-save-mode' : undefined}
              type="radio"
              name="openbis-save-mode"
              checked={one.mode === form.mode}
              disabled={!one.allowed}
              onChange={() => onChange({ mode: one.mode, versionOf: null })}
            />
            <span>
              <span className="jp-openbis-box-label">{named(one, trans)}</span>
              {one.reason && <span className="jp-openbis-box-detail"> {one.reason}</span>}
            </span>
          </label>
        ))}
        {said && (
          <div id="openbis-save-mode-below" className="jp-openbis-field-wrong">
            {said}
          </div>
        )}
      </fieldset>
      {choosesNotebook(form, plan) && (
        <Field
          id="openbis-save-version_of"
          label={trans.__('Notebook')}
          mandatory
          wrong={wrong['version_of']}
        >
          {attributes => (
            <select
              {...attributes}
              className="jp-mod-styled"
              value={form.versionOf ?? ''}
              onChange={event => onChange({ mode: form.mode, versionOf: event.target.value || null })}
            >
              <option value="">{trans.__('– choose –')}</option>
              {plan.candidates.map(one => (
                <option key={one.notebook_id} value={one.notebook_id}>
                  {one.name}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
    </>
  );
}

/** There is no choice, and why that is so has to be known: of another's notebook it becomes a fork. */
function Only({ mode, trans }: { mode: SaveMode; trans: TranslationBundle }): React.ReactElement {
  return (
    <div className="jp-openbis-field">
      <span className="jp-openbis-label">{trans.__('Save as')}</span>
      <div className="jp-openbis-fixed">{named(mode, trans)}</div>
      <div className="jp-openbis-field-hint">{mode.reason}</div>
    </div>
  );
}

function named(one: SaveMode, trans: TranslationBundle): string {
  if (one.mode === 'new') {
    return trans.__('a new notebook');
  }
  return one.of === null
    ? trans.__('a version of one of your notebooks')
    : trans.__('a version of the notebook “%1”', one.of);
}
