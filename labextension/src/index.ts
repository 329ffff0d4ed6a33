/** The plugins of this extension, one folder each. */

import { cellPlugins } from './cells/index.js';
import { connectionPlugins } from './connection/index.js';
import { documentPlugins } from './documents/index.js';
import { panelPlugins } from './panel/index.js';
import { savePlugins } from './save/index.js';

export default [...cellPlugins, ...connectionPlugins, ...documentPlugins, ...panelPlugins, ...savePlugins];
