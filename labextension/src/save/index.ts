/** Saving to openBIS: the button of each notebook, the dialog, the commands. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { INotebooks, IOpenBIS, IOpenBISPanel } from '../tokens.js';
import { SaveButton } from './button.js';
import { addCommands } from './commands.js';
import { SaveFlow } from './flow.js';
import { SaveSetting } from './setting.js';

/** As in `jupyter.lab.toolbars` of the settings schema. */
const TOOLBAR_ITEM = 'openbis-save';

const save: JupyterFrontEndPlugin<void> = {
  id: 'openbis-nb:save',
  description: 'Saves notebooks to openBIS.',
  autoStart: true,
  requires: [IOpenBIS, INotebooks, IToolbarWidgetRegistry],
  optional: [IOpenBISPanel, ICommandPalette, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    openbis: IOpenBIS,
    notebooks: INotebooks,
    toolbars: IToolbarWidgetRegistry,
    panel: IOpenBISPanel | null,
    palette: ICommandPalette | null,
    settings: ISettingRegistry | null
  ): void => {
    const flow = new SaveFlow(openbis, notebooks, app.commands, panel);
    const setting = new SaveSetting(settings);
    toolbars.addFactory<NotebookPanel>('Notebook', TOOLBAR_ITEM, notebook => {
      return new SaveButton(notebook, notebooks, openbis, withDialog => {
        void flow.save(notebook, withDialog ? 'dialog' : setting.how);
      });
    });
    addCommands(app.commands, palette, { openbis, notebooks, flow, setting });
  }
};

export const savePlugins: JupyterFrontEndPlugin<unknown>[] = [save];
