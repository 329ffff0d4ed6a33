/** Our icons: drawn here, in the colours of the theme. */

import { LabIcon } from '@jupyterlab/ui-components';

/** The theme fills what says how it is filled, so only the lines carry its class. */
const OPENBIS = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none">
<g class="jp-icon3" stroke="#616161" stroke-width="1.3" stroke-linejoin="round">
<path d="M8 1.4 13.8 4.7v6.6L8 14.6 2.2 11.3V4.7z"/><path d="M2.2 4.7 8 8l5.8-3.3M8 8v6.6"/></g>
<circle class="jp-icon3" fill="#616161" cx="8" cy="8" r="1.9"/></svg>`;

export const openbisIcon = new LabIcon({ name: 'openbis-nb:openbis', svgstr: OPENBIS });
