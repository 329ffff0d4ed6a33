/** The publish dialog: what is chosen at the left, what will be seen and by whom at the right (D-07). */

import type { IThemeManager } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import React, { useEffect } from 'react';

import { Field } from '../save/field.js';
import type { IOpenBIS } from '../tokens.js';
import { useAsked } from '../ui/asked.js';
import { Skeleton, Trouble } from '../ui/parts.js';
import { ForeignPage } from '../versions/page.js';
import { PlanFacts } from './facts.js';
import type { DashboardStub, PublishPlan } from './shapes.js';
import { NEW_BOARD, type Wish, wrongs } from './wish.js';

export class PublishBody extends ReactWidget {
  /** What the person has been shown last; `null` while it is asked for. */
  plan: PublishPlan | null = null;
  private tried = false;

  constructor(
    private wish: Wish,
    private readonly version: string,
    private readonly savedFirst: boolean,
    private readonly openbis: IOpenBIS,
    private readonly themes: IThemeManager | null
  ) {
    super();
    this.addClass('jp-openbis-save');
    this.addClass('jp-openbis-publish');
  }

  getValue(): Wish {
    return this.wish;
  }

  /** Whether it can be published: nothing is that nobody has been shown. */
  accept(): boolean {
    this.tried = true;
    this.update();
    return wrongs(this.wish, today()).length === 0 && this.plan?.may.publish.allowed === true;
  }

  protected override render(): React.ReactElement {
    const { wish, openbis, version } = this;
    const set = (change: Partial<Wish>): void => {
      this.wish = { ...this.wish, ...change };
      this.update();
    };
    const planned = (plan: PublishPlan | null): void => {
      const other = plan !== this.plan;
      this.plan = plan;
      if (other) {
        this.update();
      }
    };
    return (
      <>
        <div className="jp-openbis-publish-form">
          {this.savedFirst ? (
            <p className="jp-openbis-banner" role="status">
              {openbis.trans.__('What you had changed was saved to openBIS first, as a version.')}
            </p>
          ) : null}
          <Form
            wish={wish}
            wrong={this.tried ? wrongs(wish, today()) : []}
            boards={this.plan?.dashboards ?? []}
            trans={openbis.trans}
            set={set}
          />
        </div>
        <Seen openbis={openbis} version={version} wish={wish} themes={this.themes} planned={planned} />
      </>
    );
  }
}

/** As a field for days writes it. */
function today(): string {
  return new Date().toLocaleDateString('sv');
}

interface FormProps {
  readonly wish: Wish;
  readonly wrong: readonly (keyof Wish)[];
  readonly boards: readonly DashboardStub[];
  readonly trans: IOpenBIS['trans'];
  readonly set: (change: Partial<Wish>) => void;
}

function Form({ wish, wrong, boards, trans, set }: FormProps): React.ReactElement {
  const wrongTitle = wrong.includes('title') ? trans.__('Give it a title.') : undefined;
  const wrongDay = wrong.includes('lastDay') ? trans.__('This day is over.') : undefined;
  const wrongBoard = wrong.includes('boardTitle') ? trans.__('Give the dashboard a title.') : undefined;
  return (
    <>
      <Field id="openbis-publish-title" label={trans.__('Title')} mandatory wrong={wrongTitle}>
        {attributes => (
          <input
            {...attributes}
            className="jp-mod-styled"
            type="text"
            maxLength={512}
            value={wish.title}
            onChange={event => set({ title: event.target.value })}
          />
        )}
      </Field>
      <Choice
        legend={trans.__('Version')}
        name="openbis-publish-follow"
        chosen={wish.follow}
        options={[
          {
            value: 'latest',
            label: trans.__('Follow the author’s newest version'),
            hint: trans.__('What is saved later is seen, too.')
          },
          { value: 'pinned', label: trans.__('Stay at this version') }
        ]}
        choose={follow => set({ follow })}
      />
      <Choice
        legend={trans.__('Code')}
        name="openbis-publish-code"
        chosen={wish.code}
        options={[
          { value: 'hidden', label: trans.__('Hidden'), hint: trans.__('It is not in the page at all.') },
          { value: 'shown', label: trans.__('Shown') }
        ]}
        choose={code => set({ code })}
      />
      <Field id="openbis-publish-board" label={trans.__('Dashboard')}>
        {attributes => (
          <select
            {...attributes}
            className="jp-mod-styled"
            value={wish.board}
            onChange={event => set({ board: event.target.value })}
          >
            <option value="">{trans.__('None')}</option>
            {boards.map(board => (
              <option key={board.id} value={board.id}>
                {board.title}
              </option>
            ))}
            <option value={NEW_BOARD}>{trans.__('A new one…')}</option>
          </select>
        )}
      </Field>
      {wish.board === NEW_BOARD ? (
        <Field
          id="openbis-publish-board-title"
          label={trans.__('Title of the new dashboard')}
          mandatory
          wrong={wrongBoard}
        >
          {attributes => (
            <input
              {...attributes}
              className="jp-mod-styled"
              type="text"
              maxLength={200}
              value={wish.boardTitle}
              onChange={event => set({ boardTitle: event.target.value })}
            />
          )}
        </Field>
      ) : null}
      <Field
        id="openbis-publish-end"
        label={trans.__('Last day')}
        hint={trans.__('Nothing: until it is stopped.')}
        wrong={wrongDay}
      >
        {attributes => (
          <input
            {...attributes}
            className="jp-mod-styled"
            type="date"
            min={today()}
            value={wish.lastDay}
            onChange={event => set({ lastDay: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}

interface ChoiceProps<T extends string> {
  readonly legend: string;
  readonly name: string;
  readonly chosen: T;
  readonly options: readonly { readonly value: T; readonly label: string; readonly hint?: string }[];
  readonly choose: (value: T) => void;
}

function Choice<T extends string>(props: ChoiceProps<T>): React.ReactElement {
  return (
    <fieldset className="jp-openbis-modes">
      <legend>{props.legend}</legend>
      {props.options.map(({ value, label, hint }) => (
        <label key={value}>
          <input
            type="radio"
            name={props.name}
            value={value}
            checked={value === props.chosen}
            onChange={() => props.choose(value)}
          />
          <span>
            {label}
            {hint ? <span className="jp-openbis-field-hint"> {hint}</span> : null}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface SeenProps {
  readonly openbis: IOpenBIS;
  readonly version: string;
  readonly wish: Wish;
  readonly themes: IThemeManager | null;
  readonly planned: (plan: PublishPlan | null) => void;
}

/** What will be seen: asked anew where that changes. */
function Seen({ openbis, version, wish, themes, planned }: SeenProps): React.ReactElement {
  const { api, trans } = openbis;
  const { code, follow } = wish;
  const plan = useAsked(`publish-plan ${version} ${code} ${follow}`, () =>
    api.post<PublishPlan>('publish-plan', { version, code, follow })
  );
  const page = useAsked(`publish-preview ${version} ${code}`, () =>
    api.get<{ html: string }>('publish-preview', { version, code })
  );
  const shown = plan.busy || plan.error !== undefined ? null : plan.value;
  useEffect(() => planned(shown), [shown]);
  return (
    <section className="jp-openbis-publish-seen" aria-label={trans.__('What will be seen')}>
      <h2>{trans.__('What will be seen')}</h2>
      {plan.error !== undefined && !plan.busy ? (
        <Trouble error={plan.error} trans={trans} again={() => plan.again()} />
      ) : plan.value === null ? (
        <Skeleton lines={3} label={trans.__('Looking at what will be seen…')} />
      ) : (
        <PlanFacts plan={plan.value} trans={trans} />
      )}
      {page.error !== undefined && !page.busy ? (
        <Trouble error={page.error} trans={trans} again={() => page.again()} />
      ) : page.value === null ? (
        <Skeleton lines={6} label={trans.__('Looking at what will be seen…')} />
      ) : (
        <ForeignPage html={page.value.html} title={trans.__('Preview of the page')} themes={themes} />
      )}
    </section>
  );
}
