/** The frame of the download dialog: it can be accepted once a version is chosen. */

import { Dialog } from '@jupyterlab/apputils';
import type { IStateDB } from '@jupyterlab/statedb';

import type { IOpenBIS } from '../tokens.js';
import { DownloadBody } from './body.js';

/** Place of its button. */
const CANCEL = 0;

export class DownloadDialog extends Dialog<string | null> {
  constructor(
    openbis: IOpenBIS,
    state: IStateDB | null,
    folder: string,
    private readonly chosen = new DownloadBody(openbis, state, folder)
  ) {
    const { trans } = openbis;
    super({
      title: trans.__('Download from openBIS'),
      body: chosen,
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({ label: trans.__('Download') })
      ],
      hasClose: true,
      // Its own button cannot be pressed yet: without a focus no key would reach the dialog.
      focusNodeSelector: 'input[type="search"]'
    });
    this.addClass('jp-openbis-dialog');
    chosen.changed.connect(() => this.allow());
    this.allow();
  }

  /** Enter in a field of the form would accept the dialog: it does so only when there is a choice. */
  override resolve(index?: number): void {
    if (index === CANCEL || this.chosen.chosen !== null) {
      super.resolve(index);
    }
  }

  /** A button of the form is pressed by Enter, too. */
  override handleEvent(event: Event): void {
    const isForm = event.target instanceof HTMLButtonElement && this.chosen.node.contains(event.target);
    if (!(event.type === 'keydown' && isForm && (event as KeyboardEvent).key === 'Enter')) {
      super.handleEvent(event);
    }
  }

  private allow(): void {
    const button = this.node.querySelector<HTMLButtonElement>('button.jp-mod-accept');
    if (button !== null) {
      button.disabled = this.chosen.chosen === null;
    }
  }
}
