/** The body of the dialog that starts a run in the background. */

import type { Dialog } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import React from 'react';

import { Field } from '../save/field.js';
import { PlaceField } from '../save/place.js';
import type { Place } from '../save/shapes.js';
import type { IOpenBIS } from '../tokens.js';
import { changedValues, timeOut, written } from './reading.js';
import type { ParameterDocument } from './shapes.js';

/** What may be typed, as it is typed. */
export interface RunForm {
  readonly name: string;
  readonly notes: string;
  readonly typed: Readonly<Record<string, string>>;
  readonly place: Place | null;
  readonly minutes: string;
  readonly save: boolean;
}

export class RunBody extends ReactWidget implements Dialog.IBodyWidget<RunForm> {
  private form: RunForm;
  private tried = false;

  constructor(
    form: RunForm,
    private readonly parameters: readonly ParameterDocument[],
    private readonly locked: boolean,
    private readonly path: string,
    private readonly openbis: IOpenBIS
  ) {
    super();
    this.form = form;
    this.addClass('jp-openbis-save');
  }

  getValue(): RunForm {
    return this.form;
  }

  /** Whether it can be started; what is wrong is shown otherwise. */
  accept(): boolean {
    this.tried = true;
    this.update();
    const { form } = this;
    const { wrong } = changedValues(this.parameters, form.typed);
    const placed = !form.save || form.place !== null;
    return wrong.length === 0 && placed && form.name.trim() !== '' && timeOut(form.minutes) !== undefined;
  }

  protected override render(): React.ReactElement {
    const { form, openbis } = this;
    const { api, trans } = openbis;
    const set = (change: Partial<RunForm>): void => {
      this.form = { ...this.form, ...change };
      this.update();
    };
    const wrongName = this.tried && form.name.trim() === '' ? trans.__('Give it a name.') : '';
    const wrongTime = timeOut(form.minutes) === undefined ? trans.__('A number above 0, or nothing.') : '';
    const wrongPlace = this.tried && form.save && !form.place ? trans.__('Choose a place.') : '';
    return (
      <>
        <p className="jp-openbis-field-hint">
          {trans.__(
            'Your server runs a copy of this notebook from its first cell on. You can close the browser; the result is saved to openBIS at the end.'
          )}
        </p>
        <Field id="openbis-run-name" label={trans.__('Name')} mandatory wrong={wrongName}>
          {attributes => (
            <input
              {...attributes}
              className="jp-mod-styled"
              type="text"
              value={form.name}
              maxLength={512}
              onChange={event => set({ name: event.target.value })}
            />
          )}
        </Field>
        <Field id="openbis-run-notes" label={trans.__('Notes')}>
          {attributes => (
            <textarea
              {...attributes}
              className="jp-mod-styled"
              rows={2}
              maxLength={1024}
              value={form.notes}
              onChange={event => set({ notes: event.target.value })}
            />
          )}
        </Field>
        {this.parameters.length > 0 ? (
          <fieldset className="jp-openbis-run-parameters">
            <legend>{trans.__('Parameters')}</legend>
            {this.parameters.map(parameter => this.parameter(parameter, set))}
          </fieldset>
        ) : null}
        <label className="jp-openbis-run-tick">
          <input
            type="checkbox"
            checked={form.save}
            onChange={event => set({ save: event.target.checked })}
          />
          {trans.__('Save to openBIS when it has run to its end')}
        </label>
        {form.save ? (
          <PlaceField
            place={form.place}
            locked={this.locked}
            wrong={wrongPlace || undefined}
            api={api}
            path={this.path}
            trans={trans}
            onChoose={place => set({ place })}
          />
        ) : null}
        <Field
          id="openbis-run-minutes"
          label={trans.__('Longest time for one cell, in minutes')}
          hint={trans.__('Nothing: no limit.')}
          wrong={wrongTime}
        >
          {attributes => (
            <input
              {...attributes}
              className="jp-mod-styled"
              type="text"
              inputMode="decimal"
              value={form.minutes}
              onChange={event => set({ minutes: event.target.value })}
            />
          )}
        </Field>
      </>
    );
  }

  private parameter(
    parameter: ParameterDocument,
    set: (change: Partial<RunForm>) => void
  ): React.ReactElement {
    const { trans } = this.openbis;
    const { name, kind } = parameter;
    const text = this.form.typed[name] ?? written(parameter);
    const change = (value: string): void => set({ typed: { ...this.form.typed, [name]: value } });
    const { wrong } = changedValues([parameter], { [name]: text });
    const id = `openbis-run-parameter-${name}`;
    const said = wrong.length > 0 ? trans.__('That cannot be read.') : '';
    return (
      <Field
        key={name}
        id={id}
        label={name}
        wrong={said}
        hint={kind === 'code' ? trans.__('It is computed by code, and stays.') : ''}
      >
        {attributes =>
          kind === 'boolean' ? (
            <select {...attributes} value={text} onChange={event => change(event.target.value)}>
              <option value="true">{trans.__('yes')}</option>
              <option value="false">{trans.__('no')}</option>
            </select>
          ) : (
            <input
              {...attributes}
              className="jp-mod-styled"
              type="text"
              readOnly={kind === 'code'}
              value={text}
              onChange={event => change(event.target.value)}
            />
          )
        }
      </Field>
    );
  }
}
