/** The save dialog: it stays open until what it holds can be saved, or the person cancels. */

import { Dialog } from '@jupyterlab/apputils';

import type { IOpenBIS } from '../tokens.js';
import { type Replan, SaveBody, type SaveDraft } from './body.js';

/**
 * Ask how the next version shall be saved.
 *
 * @returns what was chosen, or `null` where the person cancelled.
 */
export async function askHowToSave(
  draft: SaveDraft,
  path: string,
  { api, trans }: IOpenBIS,
  replan: Replan
): Promise<SaveDraft | null> {
  const body = new SaveBody(draft, path, api, trans, replan);
  const dialog = new SaveDialog(body, {
    title: trans.__('Save to openBIS'),
    body,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Save'), ariaLabel: trans.__('Save to openBIS') })
    ],
    focusNodeSelector: '#openbis-save-notes'
  });
  dialog.addClass('jp-openbis-save-dialog');
  dialog.node.setAttribute('aria-label', trans.__('Save to openBIS'));
  const { button, value } = await dialog.launch();
  return button.accept ? value : null;
}

class SaveDialog extends Dialog<SaveDraft> {
  constructor(
    private readonly asked: SaveBody,
    options: Partial<Dialog.IOptions<SaveDraft>>
  ) {
    super(options);
  }

  /** Its button and Enter lead here; the first button cancels. */
  override resolve(index = 1): void {
    if (index === 0) {
      super.resolve(index);
    } else {
      void this.asked.accept().then(good => good && super.resolve(index));
    }
  }

  /** Keys that an open list of suggestions takes are no answer to the dialog. */
  override handleEvent(event: Event): void {
    const open = event.target instanceof Element && event.target.getAttribute('aria-expanded') === 'true';
    if (open && event instanceof KeyboardEvent && ['Enter', 'Escape'].includes(event.key)) {
      return;
    }
    super.handleEvent(event);
  }
}
