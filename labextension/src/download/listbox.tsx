/** A list of which one can be chosen, with the mouse and with the arrow keys. */

import React, { useEffect, useRef } from 'react';

import { moved } from './choice.js';

export interface Option {
  readonly id: string;
  readonly title: string;
  readonly detail: string;
  readonly badges?: readonly string[];
}

interface ListBoxProps {
  readonly id: string;
  readonly label: string;
  readonly options: readonly Option[];
  readonly chosen: string | null;
  readonly choose: (id: string) => void;
}

export function ListBox({ id, label, options, chosen, choose }: ListBoxProps): React.ReactElement {
  const node = useRef<HTMLUListElement>(null);
  useEffect(() => {
    node.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const place = options.findIndex(option => option.id === chosen);
  const pressed = (event: React.KeyboardEvent): void => {
    const next = moved(place, options.length, event.key);
    const option = next === null ? undefined : options[next];
    if (option !== undefined) {
      event.preventDefault();
      choose(option.id);
    }
  };
  return (
    <ul
      ref={node}
      className="jp-openbis-listbox"
      role="listbox"
      aria-label={label}
      aria-activedescendant={place < 0 ? undefined : `${id}-${place}`}
      tabIndex={0}
      onKeyDown={pressed}
    >
      {options.map((option, number) => (
        <li
          key={option.id}
          id={`${id}-${number}`}
          role="option"
          aria-selected={option.id === chosen}
          onClick={() => choose(option.id)}
        >
          <span className="jp-openbis-option-title">
            {option.title}
            {option.badges?.map(badge => (
              <span key={badge} className="jp-openbis-badge">
                {badge}
              </span>
            ))}
          </span>
          <span className="jp-openbis-quiet">{option.detail}</span>
        </li>
      ))}
    </ul>
  );
}
