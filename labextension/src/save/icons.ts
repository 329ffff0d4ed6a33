/** The icons of the button: each state has a shape of its own, so that none is told by colour alone. */

import { LabIcon } from '@jupyterlab/ui-components';

import { openbisIcon } from '../icons.js';
import type { FaceName } from './face.js';

function drawn(name: string, paths: string): LabIcon {
  const svgstr = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none">
<g class="jp-icon3" stroke="#616161" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">
${paths}</g></svg>`;
  return new LabIcon({ name: `openbis-nb:${name}`, svgstr });
}

const TRAY = '<path d="M2.5 10.5v2.2c0 .5.3.8.8.8h9.4c.5 0 .8-.3.8-.8v-2.2"/>';

const savedIcon = drawn('saved', '<circle cx="8" cy="8" r="6"/><path d="m5.2 8.2 2 2 3.7-4.1"/>');
export const saveIcon = drawn('save', `${TRAY}<path d="M8 10V2.8M4.9 5.8 8 2.7l3.1 3.1"/>`);
const newerIcon = drawn('newer', `${TRAY}<path d="M8 2.5v7.2M4.9 6.8 8 9.9l3.1-3.1"/>`);

export const FACES: Readonly<Record<FaceName, LabIcon>> = {
  saved: savedIcon,
  save: saveIcon,
  newer: newerIcon,
  unknown: saveIcon,
  'log-in': openbisIcon
};
