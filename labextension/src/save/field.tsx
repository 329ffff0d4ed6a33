/** One labelled field of the dialog: label, control, what is wrong with it. */

import React from 'react';

export interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly mandatory?: boolean;
  /** Said below the control. */
  readonly hint?: string;
  /** Said in its place when something is wrong. */
  readonly wrong?: string | undefined;
  /** Draws the control with what makes it known to screen readers. */
  readonly children: (attributes: ControlAttributes) => React.ReactNode;
}

export interface ControlAttributes {
  readonly id: string;
  readonly 'aria-invalid': boolean;
  readonly 'aria-required': boolean;
  readonly 'aria-describedby': string | undefined;
}

export function Field(props: FieldProps): React.ReactElement {
  const { id, label, mandatory = false, hint = '', wrong = '', children } = props;
  const below = `${id}-below`;
  const said = wrong || hint;
  return (
    <div className={`jp-openbis-field${wrong ? ' jp-openbis-wrong' : ''}`}>
      <label htmlFor={id}>
        {label}
        {mandatory && <span aria-hidden="true"> *</span>}
      </label>
      {children({
        id,
        'aria-invalid': wrong !== '',
        'aria-required': mandatory,
        'aria-describedby': said ? below : undefined
      })}
      {said && (
        <div id={below} className={wrong ? 'jp-openbis-field-wrong' : 'jp-openbis-field-hint'}>
          {said}
        </div>
      )}
    </div>
  );
}

/** A group of boxes to tick, with a heading. */
export function Boxes(props: {
  readonly legend: string;
  readonly hint: string;
  readonly boxes: readonly {
    readonly key: string;
    readonly label: string;
    readonly detail: string;
    /** One sentence that explains its tick. */
    readonly note?: string;
    readonly wrong: string | undefined;
    readonly ticked: boolean;
  }[];
  readonly onTick: (key: string, ticked: boolean) => void;
}): React.ReactElement {
  return (
    <fieldset className="jp-openbis-boxes">
      <legend>{props.legend}</legend>
      <div className="jp-openbis-field-hint">{props.hint}</div>
      <div className="jp-openbis-boxes-list">
        {props.boxes.map(box => (
          <label key={box.key}>
            <input
              type="checkbox"
              checked={box.ticked}
              onChange={event => props.onTick(box.key, event.target.checked)}
            />
            <span className="jp-openbis-box-label">
              {box.label}
              {box.note && <span className="jp-openbis-box-note">{box.note}</span>}
            </span>
            <span className="jp-openbis-box-detail">{box.detail}</span>
            {box.wrong && <span className="jp-openbis-field-wrong">{box.wrong}</span>}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
