/** The plugins of this extension, one folder each. */

import { connectionPlugins } from './connection/index.js';
import { panelPlugins } from './panel/index.js';

export default [...connectionPlugins, ...panelPlugins];
