/** Where a notebook is stored: shown, or searched for by name, code, identifier or permId. */

import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { Api } from '../api/client.js';
import { type ControlAttributes, Field } from './field.js';
import type { Place } from './shapes.js';

/** Milliseconds of rest before the server is asked. */
const REST = 300;
const ID = 'openbis-save-owner';

interface Found extends Place {
  readonly code: string;
  readonly name: string;
  readonly type: string;
}

interface Answer {
  readonly sections: readonly { readonly nodes: readonly Found[] }[];
}

export interface PlaceProps {
  readonly place: Place | null;
  readonly locked: boolean;
  /** It can be left out. */
  readonly optional?: boolean;
  readonly wrong: string | undefined;
  readonly api: Api;
  /** Of the notebook: it says at which openBIS to search. */
  readonly path: string;
  readonly trans: TranslationBundle;
  readonly onChoose: (place: Place) => void;
}

export function PlaceField(props: PlaceProps): React.ReactElement {
  const { place, locked, wrong, trans } = props;
  if (locked && place !== null) {
    return (
      <div className="jp-openbis-field">
        <span className="jp-openbis-label">{trans.__('Stored in')}</span>
        <div className="jp-openbis-fixed">{place.identifier}</div>
        <div className="jp-openbis-field-hint">
          {trans.__('The version goes where the notebook is stored.')}
        </div>
      </div>
    );
  }
  return (
    <Field
      id={ID}
      label={trans.__('Stored in')}
      mandatory={props.optional !== true}
      wrong={wrong}
      hint={trans.__('An object or experiment: type a part of its name, code or identifier.')}
    >
      {attributes => <PlaceSearch {...props} attributes={attributes} />}
    </Field>
  );
}

function PlaceSearch(props: PlaceProps & { readonly attributes: ControlAttributes }): React.ReactElement {
  const { place, api, path, trans, onChoose, attributes } = props;
  const [typed, setTyped] = React.useState<string | null>(null);
  const [at, setAt] = React.useState(-1);
  const { found, message } = useSearch(typed ?? '', api, path, trans);
  const open = typed !== null && typed.trim() !== '';
  const choose = (one: Found | undefined): void => {
    if (one) {
      setTyped(null);
      onChoose({ kind: one.kind, perm_id: one.perm_id, identifier: one.identifier });
    }
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (!open || !['ArrowDown', 'ArrowUp', 'Enter', 'Escape'].includes(event.key)) {
      return;
    }
    event.preventDefault();
    if (event.key === 'Enter') {
      choose(found[Math.max(at, 0)]);
    } else if (event.key === 'Escape') {
      setTyped(null);
    } else {
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setAt(Math.max(0, Math.min(found.length - 1, at + step)));
    }
  };
  return (
    <div className="jp-openbis-place">
      <input
        {...attributes}
        className="jp-mod-styled"
        type="text"
        role="combobox"
        autoComplete="off"
        aria-expanded={open}
        aria-controls={`${ID}-found`}
        aria-autocomplete="list"
        aria-activedescendant={open && at >= 0 ? `${ID}-${at}` : undefined}
        placeholder={trans.__('Search')}
        value={typed ?? place?.identifier ?? ''}
        onChange={event => {
          setTyped(event.target.value);
          setAt(-1);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={`${ID}-found`} role="listbox" aria-label={trans.__('Found')} hidden={!open}>
        {open &&
          found.map((one, index) => (
            <div
              key={one.perm_id}
              id={`${ID}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              onClick={() => choose(one)}
            >
              <span className="jp-openbis-box-label">{one.name || one.code}</span>
              <span className="jp-openbis-box-detail">
                {one.type} {one.identifier}
              </span>
            </div>
          ))}
      </div>
      <div role="status" className="jp-openbis-field-hint">
        {open ? message : ''}
      </div>
    </div>
  );
}

function useSearch(
  typed: string,
  api: Api,
  path: string,
  trans: TranslationBundle
): { found: readonly Found[]; message: string } {
  const [found, setFound] = React.useState<readonly Found[]>([]);
  const [message, setMessage] = React.useState('');
  React.useEffect(() => {
    let late = false;
    const asked = typed.trim();
    if (!asked) {
      setFound([]);
      return undefined;
    }
    setMessage(trans.__('Searching…'));
    const timer = setTimeout(() => {
      api.get<Answer>('search', { q: asked, kind: 'experiment,object', path }).then(
        answer => {
          if (!late) {
            const places = answer.sections.flatMap(section => section.nodes);
            setFound(places);
            setMessage(trans._n('%1 found', '%1 found', places.length));
          }
        },
        (error: unknown) => !late && setMessage(error instanceof Error ? error.message : String(error))
      );
    }, REST);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [typed, api, path, trans]);
  return { found, message };
}
