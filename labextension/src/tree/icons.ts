/** Pictures of what lies in openBIS, and of the states of data, in the colours of the theme. */

import { folderIcon, LabIcon } from '@jupyterlab/ui-components';

import type { Item } from './items.js';

function drawn(name: string, paths: string): LabIcon {
  const svgstr = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16"><g class="jp-icon-none" fill="none">
<g class="jp-icon3" stroke="#616161" stroke-width="1.3" stroke-linejoin="round" stroke-linecap="round">${paths}</g></g></svg>`;
  return new LabIcon({ name: `openbis-nb:${name}`, svgstr });
}

export const spaceIcon = drawn('space', '<path d="M2 13.5V6.2L8 2.5l6 3.7v7.3zM6.2 13.5V9.6h3.6v3.9"/>');
export const experimentIcon = drawn(
  'experiment',
  '<path d="M6.2 2.2h3.6M6.8 2.2v4L2.9 12.6a.8.8 0 0 0 .7 1.2h8.8a.8.8 0 0 0 .7-1.2L9.2 6.2v-4M4.7 9.8h6.6"/>'
);
export const objectIcon = drawn(
  'object',
  '<path d="M8 1.9 13.3 5v6L8 14.1 2.7 11V5zM2.7 5 8 8l5.3-3M8 8v6.1"/>'
);
export const dataSetIcon = drawn(
  'data-set',
  '<ellipse cx="8" cy="3.9" rx="5" ry="2"/><path d="M3 3.9v8.2c0 1.1 2.2 2 5 2s5-.9 5-2V3.9M3 8c0 1.1 2.2 2 5 2s5-.9 5-2"/>'
);
export const hereIcon = drawn('here', '<circle cx="8" cy="8" r="6"/><path d="m5.2 8.2 2 2 3.6-4.2"/>');
export const listedIcon = drawn('listed', '<path d="M8 2.5v7.3M5 7l3 3 3-3M2.8 11.2v2.3h10.4v-2.3"/>');
export const awayIcon = drawn('away', '<circle cx="8" cy="8" r="6" stroke-dasharray="2.4 2.3"/>');
export const unarchiveIcon = drawn(
  'unarchive',
  '<path d="M2 3h12v3H2zM3 6v7.2h10V6M8 12V8M6.2 9.6 8 7.8l1.8 1.8"/>'
);
export const archivedIcon = drawn('archived', '<path d="M2 3h12v3H2zM3 6v7.2h10V6M6.3 8.7h3.4"/>');
export const comingIcon = drawn('coming', '<circle cx="8" cy="8" r="6"/><path d="M8 4.6V8l2.4 1.6"/>');
export const missingIcon = drawn('missing', '<path d="M8 2.3 14.3 13.4H1.7zM8 6.6v3.2M8 11.5v.1"/>');
export const placeIcon = drawn(
  'place',
  '<path d="M8 14.2s4.7-4.3 4.7-7.9A4.7 4.7 0 0 0 3.3 6.3C3.3 9.9 8 14.2 8 14.2z"/><circle cx="8" cy="6.4" r="1.6"/>'
);

/** Of one line of the tree. */
export function iconOf(kind: Item['kind']): LabIcon {
  const icons = {
    space: spaceIcon,
    project: folderIcon,
    experiment: experimentIcon,
    object: objectIcon,
    'data-set': dataSetIcon
  };
  return icons[kind];
}
