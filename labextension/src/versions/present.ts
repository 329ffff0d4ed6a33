/** Where a page is shown: in a tab of its own, and in Notebook 7, which has none, over the notebook. */

import { Dialog, MainAreaWidget } from '@jupyterlab/apputils';
import type { ReactWidget } from '@jupyterlab/ui-components';

import { openbisIcon } from '../icons.js';
import type { Tools } from './tools.js';

let shown = 0;

/** Show *content*; its title stands in the tab. */
export function present(tools: Tools, content: ReactWidget, title: string): void {
  content.addClass('jp-openbis-sheet');
  if (tools.labShell === null) {
    const dialog = new Dialog({
      title,
      body: content,
      buttons: [Dialog.cancelButton({ label: tools.openbis.trans.__('Close') })],
      hasClose: true
    });
    dialog.addClass('jp-openbis-sheet-dialog');
    void dialog.launch().catch(() => undefined); // it was disposed of with the page
    return;
  }
  const widget = new MainAreaWidget({ content });
  widget.id = `openbis-nb-page-${++shown}`;
  widget.title.label = title;
  widget.title.caption = title;
  widget.title.icon = openbisIcon;
  widget.title.closable = true;
  widget.toolbar.hide();
  tools.labShell.add(widget, 'main');
  tools.labShell.activateById(widget.id);
}
