/** Values of properties: the forms that openBIS takes (contract 5.6), and those of the page's fields. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { PropertyPlan } from './shapes.js';

type Say = Pick<TranslationBundle, '__'>;

const INTEGER = /^[+-]?[0-9]+$/;
const REAL = /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$/;
const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const TIMESTAMP = /^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?( ?[+-][0-9]{4})?$/;
const ADDRESS = /^(https?|ftp):\/\/\S+$/;

/** What is wrong with a value; empty if nothing is. The server judges the same way, and again. */
export function wrong(property: PropertyPlan, value: string, trans: Say): string {
  const given = value.trim();
  if (!given) {
    return property.mandatory ? trans.__('This is mandatory.') : '';
  }
  switch (property.data_type) {
    case 'INTEGER':
      return INTEGER.test(given) ? '' : trans.__('This must be a whole number.');
    case 'REAL':
      return REAL.test(given) ? '' : trans.__('This must be a number.');
    case 'DATE':
      return DATE.test(given) ? '' : trans.__('This must be a date as 2026-11-21.');
    case 'TIMESTAMP':
      return TIMESTAMP.test(given) ? '' : trans.__('This must be a time as 2026-11-21 14:30:00.');
    case 'HYPERLINK':
      return ADDRESS.test(given) ? '' : trans.__('This must be an address that begins with https://.');
    default:
      return '';
  }
}

/** The time of a value as the browser's field takes it; empty where it has none. */
export function forTimeField(value: string): string {
  return /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(:\d{2})?)/.test(value)
    ? value.slice(0, 19).replace(' ', 'T').trimEnd()
    : '';
}

/** What the browser's field holds, as openBIS takes it. */
export function fromTimeField(value: string): string {
  const time = value.replace('T', ' ');
  return /\d{2}:\d{2}:\d{2}$/.test(time) || !time ? time : `${time}:00`;
}
