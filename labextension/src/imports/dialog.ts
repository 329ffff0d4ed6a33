/** The frame of the import dialog: it can be accepted once it was looked at. */

import { Dialog } from '@jupyterlab/apputils';

import type { IOpenBIS } from '../tokens.js';
import type { ImportBody, ImportValue } from './body.js';

/** Place of its button. */
const CANCEL = 0;

export class ImportDialog extends Dialog<ImportValue> {
  constructor(
    openbis: IOpenBIS,
    private readonly asked: ImportBody
  ) {
    const { trans } = openbis;
    super({
      title: trans.__('Import from a URL or repository'),
      body: asked,
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({ label: trans.__('Import') })
      ],
      hasClose: true,
      focusNodeSelector: '#openbis-import-url'
    });
    this.addClass('jp-openbis-dialog');
    this.addClass('jp-openbis-import-dialog');
    asked.changed.connect(() => this.allow());
    this.allow();
  }

  /** Enter in a field accepts the dialog only when there is something to import. */
  override resolve(index?: number): void {
    if (index === CANCEL || this.asked.complete) {
      super.resolve(index);
    }
  }

  /** Buttons and open lists of the form have their own use for Enter and Escape. */
  override handleEvent(event: Event): void {
    const { target } = event;
    const inForm = target instanceof Element && this.asked.node.contains(target);
    const own =
      inForm && (target instanceof HTMLButtonElement || target.getAttribute('aria-expanded') === 'true');
    if (!(own && event instanceof KeyboardEvent && ['Enter', 'Escape'].includes(event.key))) {
      super.handleEvent(event);
    }
  }

  private allow(): void {
    const button = this.node.querySelector<HTMLButtonElement>('button.jp-mod-accept');
    if (button !== null) {
      button.disabled = !this.asked.complete;
    }
  }
}
