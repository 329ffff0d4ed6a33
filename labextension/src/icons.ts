/** Our icons: drawn here, in the colours of the theme. */

import { LabIcon } from '@jupyterlab/ui-components';

const OPENBIS = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none">
<g class="jp-icon3" stroke="#616161" stroke-width="1.4" stroke-linejoin="round">
<path d="M8 1.6 13.6 4.8v6.4L8 14.4 2.4 11.2V4.8z"/><path d="M2.4 4.8 8 8l5.6-3.2M8 8v6.4"/></g></svg>`;

export const openbisIcon = new LabIcon({ name: 'openbis-nb:openbis', svgstr: OPENBIS });
