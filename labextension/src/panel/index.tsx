/** The side panel: sections that the other plugins bring. */

import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IStateDB } from '@jupyterlab/statedb';

import { openbisIcon } from '../icons.js';
import { IOpenBIS, IOpenBISPanel } from '../tokens.js';
import { Folding } from './folding.js';
import { OpenBISPanel } from './panel.js';

const SHOW = 'openbis:show-panel';
const REFRESH = 'openbis:refresh';

const panel: JupyterFrontEndPlugin<IOpenBISPanel> = {
  id: 'openbis-nb:panel',
  description: 'The side panel of openBIS.',
  autoStart: true,
  provides: IOpenBISPanel,
  requires: [IOpenBIS, INotebookTracker],
  optional: [ILayoutRestorer, IStateDB, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    openbis: IOpenBIS,
    notebooks: INotebookTracker,
    restorer: ILayoutRestorer | null,
    states: IStateDB | null,
    palette: ICommandPalette | null
  ): IOpenBISPanel => {
    const { commands, shell } = app;
    const { trans } = openbis;
    const folding = new Folding(states);
    const bringUp = (id: string): void => shell.activateById(id);
    const widget = new OpenBISPanel({ openbis, notebooks, commands, folding, bringUp });
    widget.title.icon = openbisIcon;
    widget.title.caption = trans.__('openBIS');
    widget.node.setAttribute('role', 'region');
    widget.node.setAttribute('aria-label', trans.__('openBIS'));
    shell.add(widget, 'left', { rank: 150, type: 'openBIS' });
    restorer?.add(widget, widget.id);
    folding.restore().catch((error: unknown) => openbis.fail(error));
    commands.addCommand(SHOW, {
      label: trans.__('Show openBIS Panel'),
      icon: openbisIcon,
      execute: args => widget.reveal(typeof args['section'] === 'string' ? args['section'] : undefined)
    });
    commands.addCommand(REFRESH, {
      label: trans.__('Refresh openBIS Panel'),
      execute: () => widget.refresh()
    });
    for (const command of [SHOW, REFRESH]) {
      palette?.addItem({ command, category: trans.__('openBIS') });
    }
    return widget;
  }
};

export const panelPlugins: JupyterFrontEndPlugin<unknown>[] = [panel];
