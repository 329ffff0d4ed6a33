/** The field of a property, by its data type. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { Api } from '../api/client.js';
import { Field, type ControlAttributes } from './field.js';
import { ofProperty } from './form.js';
import type { PropertyPlan, Term } from './shapes.js';
import { forTimeField, fromTimeField } from './values.js';

export interface PropertyProps {
  readonly property: PropertyPlan;
  readonly value: string;
  readonly wrong: string | undefined;
  readonly trans: TranslationBundle;
  readonly api: Api;
  readonly onChange: (value: string) => void;
}

export function PropertyField(props: PropertyProps): React.ReactElement {
  const { property } = props;
  return (
    <Field
      id={`openbis-save-${ofProperty(property.code)}`}
      label={property.label || property.code}
      mandatory={property.mandatory}
      hint={property.description === property.label ? '' : property.description}
      wrong={props.wrong}
    >
      {attributes => <Control {...props} attributes={attributes} />}
    </Field>
  );
}

function Control(props: PropertyProps & { readonly attributes: ControlAttributes }): React.ReactElement {
  const { property, value, attributes, trans, onChange } = props;
  if (property.many !== null) {
    return <TermSearch {...props} vocabulary={property.many} />;
  }
  if (property.vocabulary !== null) {
    return <Choice {...props} terms={property.vocabulary} />;
  }
  if (property.data_type === 'BOOLEAN') {
    const terms = [
      { code: 'true', label: trans.__('yes') },
      { code: 'false', label: trans.__('no') }
    ];
    return <Choice {...props} terms={terms} />;
  }
  if (property.data_type === 'MULTILINE_VARCHAR' || property.data_type === 'XML') {
    return (
      <textarea {...attributes} rows={3} value={value} onChange={event => onChange(event.target.value)} />
    );
  }
  if (property.data_type === 'TIMESTAMP') {
    return (
      <input
        {...attributes}
        className="jp-mod-styled"
        type="datetime-local"
        step={1}
        value={forTimeField(value)}
        onChange={event => onChange(fromTimeField(event.target.value))}
      />
    );
  }
  const numeric = property.data_type === 'INTEGER' || property.data_type === 'REAL';
  return (
    <input
      {...attributes}
      className="jp-mod-styled"
      type={property.data_type === 'DATE' ? 'date' : 'text'}
      inputMode={numeric ? 'decimal' : undefined}
      value={value}
      onChange={event => onChange(event.target.value)}
    />
  );
}

function Choice(
  props: PropertyProps & { readonly attributes: ControlAttributes; readonly terms: readonly Term[] }
): React.ReactElement {
  const { value, terms, attributes, trans, onChange } = props;
  return (
    <select
      {...attributes}
      className="jp-mod-styled"
      value={value}
      onChange={event => onChange(event.target.value)}
    >
      <option value="">{trans.__('– none –')}</option>
      {terms.map(term => (
        <option key={term.code} value={term.code}>
          {term.label || term.code}
        </option>
      ))}
    </select>
  );
}

/** A vocabulary of many terms: the server searches it while the person types. */
function TermSearch(
  props: PropertyProps & { readonly attributes: ControlAttributes; readonly vocabulary: string }
): React.ReactElement {
  const { vocabulary, value, attributes, api, onChange } = props;
  const [terms, setTerms] = React.useState<readonly Term[]>([]);
  React.useEffect(() => {
    let late = false;
    const timer = setTimeout(() => {
      api.get<{ terms: readonly Term[] }>('vocabulary-terms', { code: vocabulary, q: value }).then(
        found => !late && setTerms(found.terms),
        () => undefined // the value may be typed all the same; the server judges it
      );
    }, 250);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [api, vocabulary, value]);
  const list = `${attributes.id}-terms`;
  return (
    <>
      <input
        {...attributes}
        className="jp-mod-styled"
        type="text"
        list={list}
        value={value}
        onChange={event => onChange(event.target.value)}
      />
      <datalist id={list}>
        {terms.map(term => (
          <option key={term.code} value={term.code}>
            {term.label}
          </option>
        ))}
      </datalist>
    </>
  );
}
