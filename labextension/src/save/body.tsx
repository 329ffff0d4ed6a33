/** The body of the save dialog. */

import { ReactWidget } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import { type ISignal, Signal } from '@lumino/signaling';
import React from 'react';

import type { Api } from '../api/client.js';
import { Boxes, Field } from './field.js';
import {
  carriedOver,
  characters,
  MAX_NAME,
  MAX_NOTES,
  ofProperty,
  type SaveForm,
  type Wrongs,
  staysInPlace,
  wrongs
} from './form.js';
import { ModeField } from './mode.js';
import { PlaceField } from './place.js';
import { PropertyField } from './property.js';
import type { Place, SavePlan } from './shapes.js';
import { bytes } from './sizes.js';

/** What the dialog shows. */
export interface SaveDraft {
  readonly plan: SavePlan;
  readonly form: SaveForm;
  /** What the server did not take, by field. */
  readonly refused: Wrongs;
  /** What it said of that as a whole. */
  readonly said: string;
}

/** Asks the server for the plan of what has been chosen; `plan` is the one it was chosen from. */
export type Replan = (form: SaveForm, plan: SavePlan) => Promise<SavePlan>;

export class SaveBody extends ReactWidget {
  private shown: SaveDraft;
  /** Where the notebook is, whatever may be chosen for a new one. */
  private readonly home: Place | null;
  private checked = false;
  private asking = 0;
  private asked: Promise<void> = Promise.resolve();
  private trouble = '';
  private readonly redrawn = new Signal<this, undefined>(this);

  constructor(
    draft: SaveDraft,
    private readonly path: string,
    private readonly api: Api,
    private readonly trans: TranslationBundle,
    private readonly replan: Replan
  ) {
    super();
    this.shown = draft;
    this.home = draft.plan.owner;
    this.checked = Object.keys(draft.refused).length > 0;
    this.addClass('jp-openbis-save');
  }

  getValue(): SaveDraft {
    return this.shown;
  }

  /** Whether it may be saved as it is; what has to be mended is shown from then on. */
  async accept(): Promise<boolean> {
    await this.asked;
    this.checked = true;
    this.redrawn.emit(undefined);
    const found = this.wrongs();
    const first = Object.keys(found)[0];
    if (first !== undefined) {
      this.node.querySelector<HTMLElement>(`#${CSS.escape(`openbis-save-${first}`)}`)?.focus();
    }
    return first === undefined;
  }

  get changed(): ISignal<this, undefined> {
    return this.redrawn;
  }

  protected override render(): React.ReactElement {
    return <Body body={this} draw={() => this.drawn()} />;
  }

  private wrongs(): Wrongs {
    return { ...this.shown.refused, ...wrongs(this.shown.form, this.shown.plan, this.trans) };
  }

  private set(change: Partial<SaveForm>, ...mended: readonly string[]): void {
    const refused = Object.entries(this.shown.refused).filter(([field]) => !mended.includes(field));
    const form = { ...this.shown.form, ...change };
    this.shown = { ...this.shown, form, refused: Object.fromEntries(refused) };
    this.redrawn.emit(undefined);
  }

  /** A change that decides which other fields there are. */
  private turn(change: Partial<SaveForm>): void {
    this.set(change, 'owner');
    this.asked = this.askAgain();
  }

  private async askAgain(): Promise<void> {
    const turn = ++this.asking;
    this.trouble = '';
    this.redrawn.emit(undefined);
    try {
      const plan = await this.replan(this.shown.form, this.shown.plan);
      if (turn === this.asking) {
        this.shown = { ...this.shown, plan, form: carriedOver(this.shown.form, plan) };
      }
    } catch (error) {
      this.trouble = error instanceof Error ? error.message : String(error);
    }
    if (turn === this.asking) {
      this.asking = 0;
      this.redrawn.emit(undefined);
    }
  }

  private drawn(): React.ReactElement {
    const { trans, shown } = this;
    const { plan, form } = shown;
    const wrong = this.checked ? this.wrongs() : shown.refused;
    const away = plan.message !== null;
    const locked = staysInPlace(form, plan) || (away && plan.owner !== null);
    const nameLeft = MAX_NAME - characters(form.name);
    return (
      <>
        <Told lines={[shown.said, this.trouble].filter(Boolean)} role="alert" kind="wrong" />
        <Told lines={[...this.away(), ...plan.warnings]} role="note" kind="warning" />
        {!away && (
          <ModeField
            plan={plan}
            form={form}
            wrong={wrong}
            trans={trans}
            onChange={change => this.set(change, 'mode', 'version_of', 'owner')}
          />
        )}
        <Field
          id="openbis-save-name"
          label={trans.__('Name')}
          mandatory
          wrong={wrong['name']}
          hint={nameLeft < 50 ? trans.__('%1 of %2 characters', characters(form.name), MAX_NAME) : ''}
        >
          {attributes => (
            <input
              {...attributes}
              className="jp-mod-styled"
              type="text"
              value={form.name}
              onChange={event => this.set({ name: event.target.value }, 'name')}
            />
          )}
        </Field>
        <Field
          id="openbis-save-notes"
          label={trans.__('Notes')}
          wrong={wrong['notes']}
          hint={trans.__('%1 of %2 characters', characters(form.notes), MAX_NOTES)}
        >
          {attributes => (
            <textarea
              {...attributes}
              rows={3}
              placeholder={trans.__('What this version shows, or what has changed')}
              value={form.notes}
              onChange={event => this.set({ notes: event.target.value }, 'notes')}
            />
          )}
        </Field>
        <PlaceField
          place={locked ? this.home : form.owner}
          locked={locked}
          wrong={wrong['owner']}
          api={this.api}
          path={this.path}
          trans={trans}
          onChoose={owner => this.turn({ owner })}
        />
        {this.dataSetType(wrong)}
        {this.results(wrong)}
        {this.inputs(wrong)}
        {plan.redactions.length > 0 && (
          <section className="jp-openbis-redactions">
            <h3>{trans.__('Taken out before it is stored')}</h3>
            <ul>
              {plan.redactions.map(line => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </section>
        )}
        <div role="status" className="jp-openbis-field-hint">
          {this.asking > 0 ? trans.__('Asking openBIS…') : ''}
        </div>
      </>
    );
  }

  /** openBIS cannot be asked: what that means for a save. */
  private away(): readonly string[] {
    const { message, next_step } = this.shown.plan;
    const kept = this.trans.__('If you save now, the version is kept here and sent later.');
    return message === null ? [] : [`${message} ${next_step ?? ''}`.trim(), kept];
  }

  private dataSetType(wrong: Wrongs): React.ReactElement {
    const { trans, shown } = this;
    const { plan, form } = shown;
    const described = plan.data_set_types.find(one => one.code === form.dataSetType)?.description ?? '';
    return (
      <>
        <Field id="openbis-save-type" label={trans.__('Data-set type')} hint={described}>
          {attributes => (
            <select
              {...attributes}
              className="jp-mod-styled"
              value={form.dataSetType}
              onChange={event => this.turn({ dataSetType: event.target.value })}
            >
              {plan.data_set_types.map(({ code }) => (
                <option key={code}>{code}</option>
              ))}
            </select>
          )}
        </Field>
        {plan.properties.map(property => (
          <PropertyField
            key={property.code}
            property={property}
            value={form.values[property.code] ?? ''}
            wrong={wrong[ofProperty(property.code)]}
            trans={trans}
            api={this.api}
            onChange={value =>
              this.set(
                { values: { ...this.shown.form.values, [property.code]: value } },
                ofProperty(property.code)
              )
            }
          />
        ))}
      </>
    );
  }

  private results(wrong: Wrongs): React.ReactElement | null {
    const { trans, shown } = this;
    if (shown.plan.results.length === 0) {
      return null;
    }
    const boxes = shown.plan.results.map(({ path, size }) => ({
      key: path,
      label: path,
      detail: bytes(size),
      wrong: wrong[`files.${path}`],
      ticked: shown.form.files.includes(path)
    }));
    return (
      <Boxes
        legend={trans.__('Result files')}
        hint={
          shown.plan.results_cut
            ? trans.__('Saved together with the notebook. There are more files than are shown.')
            : trans.__('Saved together with the notebook.')
        }
        boxes={boxes}
        onTick={(path, ticked) => this.set({ files: withOrWithout(shown.form.files, path, ticked) })}
      />
    );
  }

  private inputs(wrong: Wrongs): React.ReactElement | null {
    const { trans, shown } = this;
    if (shown.plan.inputs.length === 0) {
      return null;
    }
    const boxes = shown.plan.inputs.map(input => ({
      key: input.perm_id,
      label: input.name || input.perm_id,
      detail: [input.type, input.name ? input.perm_id : ''].filter(Boolean).join(' · '),
      note: input.attached ? '' : trans.__('No cell has been given it: no parent unless you tick it.'),
      wrong: wrong[`inputs.${input.perm_id}`],
      ticked: !shown.form.unused.includes(input.perm_id)
    }));
    return (
      <Boxes
        legend={trans.__('Inputs')}
        hint={trans.__('What is ticked becomes a parent of the version. Untick what was not used after all.')}
        boxes={boxes}
        onTick={(id, ticked) => this.set({ unused: withOrWithout(shown.form.unused, id, !ticked) })}
      />
    );
  }
}

/** Redraws when the widget says so: its fields keep focus and cursor. */
function Body(props: {
  readonly body: SaveBody;
  readonly draw: () => React.ReactElement;
}): React.ReactElement {
  const [, setTurn] = React.useState(0);
  React.useEffect(() => {
    const redraw = (): void => setTurn(turn => turn + 1);
    props.body.changed.connect(redraw);
    return () => {
      props.body.changed.disconnect(redraw);
    };
  }, [props.body]);
  return props.draw();
}

function Told(props: {
  readonly lines: readonly string[];
  readonly role: 'alert' | 'note';
  readonly kind: 'wrong' | 'warning';
}): React.ReactElement | null {
  if (props.lines.length === 0) {
    return null;
  }
  return (
    <div role={props.role} className={`jp-openbis-told jp-openbis-told-${props.kind}`}>
      {props.lines.map(line => (
        <p key={line}>{line}</p>
      ))}
    </div>
  );
}

function withOrWithout(all: readonly string[], one: string, present: boolean): readonly string[] {
  const others = all.filter(other => other !== one);
  return present ? [...others, one] : others;
}
