/** A notebook in the import dialog: what it is, how it looks, its name, where it is stored, its inputs. */

import type { IThemeManager } from '@jupyterlab/apputils';
import React from 'react';

import { Boxes, Field } from '../save/field.js';
import { PlaceField } from '../save/place.js';
import type { IOpenBIS } from '../tokens.js';
import { useAsked } from '../ui/asked.js';
import { humanSize } from '../ui/format.js';
import { Skeleton, Trouble } from '../ui/parts.js';
import { ForeignPage } from '../versions/page.js';
import { FactList, Warnings } from './facts.js';
import type { ImportForm } from './form.js';
import type { NotebookFacts } from './shapes.js';
import { shortCommit } from './words.js';

interface Props {
  readonly openbis: IOpenBIS;
  readonly themes: IThemeManager | null;
  readonly form: ImportForm;
  readonly facts: NotebookFacts;
  readonly change: (form: ImportForm) => void;
}

export function NotebookForm({ openbis, themes, form, facts, change }: Props): React.ReactElement {
  const { api, trans } = openbis;
  const loggedIn = openbis.session?.state === 'live';
  return (
    <>
      <FactList
        facts={[
          [trans.__('Host'), facts.host],
          [trans.__('Branch or tag'), facts.ref ?? ''],
          [trans.__('Commit'), shortCommit(facts.commit)],
          [trans.__('Size'), humanSize(facts.size)],
          [trans.__('Cells'), String(facts.cells)],
          [trans.__('Kernel'), facts.kernel]
        ]}
      />
      <Warnings texts={facts.warnings} />
      <div className="jp-openbis-import-preview">
        <ForeignPage html={facts.html} title={trans.__('Preview of %1', facts.name)} themes={themes} />
      </div>
      <Field
        id="openbis-import-name"
        label={trans.__('Name')}
        mandatory
        wrong={form.name.trim() === '' ? trans.__('Give it a name.') : ''}
      >
        {attributes => (
          <input
            {...attributes}
            className="jp-mod-styled"
            type="text"
            value={form.name}
            maxLength={200}
            onChange={event => change({ ...form, name: event.target.value })}
          />
        )}
      </Field>
      {loggedIn ? (
        <>
          <PlaceField
            place={form.place}
            locked={false}
            optional
            wrong={undefined}
            api={api}
            path=""
            trans={trans}
            onChoose={place => change({ ...form, place, inputs: [] })}
          />
          {form.place === null ? null : <Inputs openbis={openbis} form={form} change={change} />}
        </>
      ) : (
        <p className="jp-openbis-quiet">
          {trans.__('You are not logged in to openBIS: where it is stored is asked at the first save.')}
        </p>
      )}
    </>
  );
}

interface DataSets {
  readonly data_sets: readonly { readonly perm_id: string; readonly name: string; readonly type: string }[];
}

function Inputs({
  openbis,
  form,
  change
}: {
  openbis: IOpenBIS;
  form: ImportForm;
  change: (form: ImportForm) => void;
}): React.ReactElement | null {
  const { api, trans } = openbis;
  const owner = form.place?.perm_id ?? '';
  const asked = useAsked<DataSets>(`import inputs ${owner}`, () => api.get('data-sets', { owner }));
  if (asked.error !== undefined) {
    return <Trouble error={asked.error} trans={trans} again={asked.again} />;
  }
  if (asked.value === null) {
    return <Skeleton lines={2} label={trans.__('Looking for data sets…')} />;
  }
  if (asked.value.data_sets.length === 0) {
    return null;
  }
  return (
    <Boxes
      legend={trans.__('Inputs')}
      hint={trans.__('Data sets that the notebook starts with.')}
      boxes={asked.value.data_sets.map(one => ({
        key: one.perm_id,
        label: one.name || one.perm_id,
        detail: one.type,
        wrong: undefined,
        ticked: form.inputs.includes(one.perm_id)
      }))}
      onTick={(key, ticked) =>
        change({
          ...form,
          inputs: ticked ? [...form.inputs, key] : form.inputs.filter(one => one !== key)
        })
      }
    />
  );
}
