/** The side panel: sections that the other plugins bring. */

import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';

import { openbisIcon } from '../icons.js';
import { IOpenBIS, IOpenBISPanel } from '../tokens.js';
import { OpenBISPanel } from './panel.js';

const panel: JupyterFrontEndPlugin<IOpenBISPanel> = {
  id: 'openbis-nb:panel',
  description: 'The side panel of openBIS.',
  autoStart: true,
  provides: IOpenBISPanel,
  requires: [IOpenBIS, INotebookTracker],
  optional: [ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    openbis: IOpenBIS,
    notebooks: INotebookTracker,
    restorer: ILayoutRestorer | null
  ): IOpenBISPanel => {
    const widget = new OpenBISPanel(openbis, notebooks, id => app.shell.activateById(id));
    widget.title.icon = openbisIcon;
    widget.title.caption = openbis.trans.__('openBIS');
    widget.node.setAttribute('role', 'region');
    widget.node.setAttribute('aria-label', openbis.trans.__('openBIS'));
    app.shell.add(widget, 'left', { rank: 150, type: 'openBIS' });
    restorer?.add(widget, widget.id);
    return widget;
  }
};

export const panelPlugins: JupyterFrontEndPlugin<unknown>[] = [panel];
