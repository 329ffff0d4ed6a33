/** The import dialog: an address, what is there, and how it is taken over (B-01 to B-11, B-30). */

import type { Dialog, IThemeManager } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import { type ISignal, Signal } from '@lumino/signaling';
import React, { useState } from 'react';

import { Problem } from '../api/problem.js';
import { Field } from '../save/field.js';
import type { IOpenBIS } from '../tokens.js';
import { Skeleton, TextButton, Trouble } from '../ui/parts.js';
import { begun, type ImportForm, isComplete } from './form.js';
import { NotebookForm } from './notebook_form.js';
import { RepositoryForm } from './repository_form.js';
import type { Facts } from './shapes.js';
import { TokenHere } from './tokens_dialog.js';

export interface ImportValue {
  readonly url: string;
  readonly form: ImportForm | null;
}

export class ImportBody extends ReactWidget implements Dialog.IBodyWidget<ImportValue> {
  private value: ImportValue;
  private readonly changes = new Signal<this, undefined>(this);

  constructor(
    private readonly openbis: IOpenBIS,
    private readonly themes: IThemeManager | null,
    private readonly directory: string,
    url: string
  ) {
    super();
    this.value = { url, form: null };
    this.addClass('jp-openbis-import');
  }

  get changed(): ISignal<this, undefined> {
    return this.changes;
  }

  get complete(): boolean {
    return isComplete(this.value.form);
  }

  getValue(): ImportValue {
    return this.value;
  }

  protected override render(): React.ReactElement {
    return (
      <Asking
        openbis={this.openbis}
        directory={this.directory}
        begin={this.value.url}
        themes={this.themes}
        set={value => {
          this.value = value;
          this.changes.emit(undefined);
        }}
      />
    );
  }
}

interface AskingProps {
  readonly openbis: IOpenBIS;
  readonly directory: string;
  readonly begin: string;
  readonly themes: IThemeManager | null;
  readonly set: (value: ImportValue) => void;
}

function Asking({ openbis, themes, directory, begin, set }: AskingProps): React.ReactElement {
  const { api, trans } = openbis;
  const [url, setUrl] = useState(begin);
  const [form, setForm] = useState<ImportForm | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const change = (next: ImportForm | null): void => {
    setForm(next);
    set({ url: url.trim(), form: next });
  };
  const look = async (ref?: string): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const asked = { url: url.trim(), directory, ...(ref ? { ref } : {}) };
      const facts = await api.post<Facts>('imports/look', asked);
      change(begun(facts));
    } catch (problem) {
      change(null);
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  const host =
    error instanceof Problem && error.code === 'credentials-needed' ? error.document['host'] : null;
  return (
    <>
      <div className="jp-openbis-import-address">
        <Field
          id="openbis-import-url"
          label={trans.__('Address')}
          hint={trans.__(
            'Of a notebook or repository: a page of GitHub or GitLab, a file, or any git over https.'
          )}
        >
          {attributes => (
            <input
              {...attributes}
              className="jp-mod-styled"
              type="url"
              value={url}
              maxLength={4096}
              spellCheck={false}
              readOnly={busy}
              onChange={event => {
                setUrl(event.target.value);
                setForm(null);
                set({ url: event.target.value.trim(), form: null });
              }}
              onKeyDown={event => {
                if (event.key === 'Enter' && form === null) {
                  event.preventDefault();
                  void look();
                }
              }}
            />
          )}
        </Field>
        <TextButton
          label={trans.__('Look')}
          disabled={busy || url.trim() === ''}
          onClick={() => void look()}
        />
      </div>
      {busy ? <Skeleton lines={4} label={trans.__('Asking the host…')} /> : null}
      {error !== undefined && !busy ? <Trouble error={error} trans={trans} /> : null}
      {typeof host === 'string' && !busy ? (
        <TokenHere key={host} openbis={openbis} host={host} kept={() => void look()} />
      ) : null}
      {form?.facts.kind === 'notebook' && !busy ? (
        <NotebookForm openbis={openbis} themes={themes} form={form} facts={form.facts} change={change} />
      ) : null}
      {form?.facts.kind === 'repository' && !busy ? (
        <RepositoryForm
          trans={trans}
          form={form}
          facts={form.facts}
          change={change}
          choose={ref => void look(ref)}
        />
      ) : null}
    </>
  );
}
