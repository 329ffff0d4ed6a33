/** The plugins of this extension, one folder each. */

import { cellPlugins } from './cells/index.js';
import { connectionPlugins } from './connection/index.js';
import { documentPlugins } from './documents/index.js';
import { downloadPlugins } from './download/index.js';
import { guardPlugins } from './guards/index.js';
import { importPlugins } from './imports/index.js';
import { inputPlugins } from './inputs/index.js';
import { panelPlugins } from './panel/index.js';
import { publishPlugins } from './publish/index.js';
import { runPlugins } from './runs/index.js';
import { savePlugins } from './save/index.js';
import { settingsPlugins } from './settings/index.js';
import { storedInPlugins } from './stored-in/index.js';
import { treePlugins } from './tree/index.js';
import { versionPlugins } from './versions/index.js';

export default [
  ...cellPlugins,
  ...connectionPlugins,
  ...documentPlugins,
  ...downloadPlugins,
  ...guardPlugins,
  ...importPlugins,
  ...inputPlugins,
  ...panelPlugins,
  ...publishPlugins,
  ...runPlugins,
  ...savePlugins,
  ...settingsPlugins,
  ...storedInPlugins,
  ...treePlugins,
  ...versionPlugins
];
