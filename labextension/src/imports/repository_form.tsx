/** A repository in the import dialog: which branch or tag, and the name of its folder. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { Field } from '../save/field.js';
import { humanSize } from '../ui/format.js';
import { FactList, Warnings } from './facts.js';
import type { ImportForm } from './form.js';
import type { RepositoryFacts } from './shapes.js';
import { shortCommit } from './words.js';

interface Props {
  readonly trans: TranslationBundle;
  readonly form: ImportForm;
  readonly facts: RepositoryFacts;
  readonly change: (form: ImportForm) => void;
  readonly choose: (ref: string) => void;
}

export function RepositoryForm({ trans, form, facts, change, choose }: Props): React.ReactElement {
  const known = new Set([...facts.branches, ...facts.tags]);
  const warnings = [
    ...(facts.taken === null
      ? []
      : [
          trans.__('A folder “%1” is there already: this one will be called “%2”.', facts.taken, facts.folder)
        ]),
    ...(facts.http ? [trans.__('It comes unencrypted: somebody on the way could change it.')] : [])
  ];
  return (
    <>
      <FactList
        facts={[
          [trans.__('Host'), facts.with_log_in ? trans.__('%1, with your token', facts.host) : facts.host],
          [trans.__('Commit'), shortCommit(facts.commit)],
          [
            trans.__('Size'),
            trans.__('not told by the host; at most %1 are taken', humanSize(facts.max_size))
          ],
          [trans.__('Free on your disk'), humanSize(facts.room)]
        ]}
      />
      <Warnings texts={warnings} />
      <Field id="openbis-import-ref" label={trans.__('Branch or tag')}>
        {attributes => (
          <select {...attributes} value={facts.ref} onChange={event => choose(event.target.value)}>
            {known.has(facts.ref) ? null : <option value={facts.ref}>{facts.ref}</option>}
            <optgroup label={trans.__('Branches')}>
              {facts.branches.map(name => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </optgroup>
            <optgroup label={trans.__('Tags')}>
              {facts.tags
                .filter(name => !facts.branches.includes(name))
                .map(name => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
            </optgroup>
          </select>
        )}
      </Field>
      <Field
        id="openbis-import-folder"
        label={trans.__('Folder')}
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
    </>
  );
}
