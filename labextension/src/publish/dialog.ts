/** The frames of the two dialogs: what is to be published, and where it is now. */

import { Clipboard, Dialog, type IThemeManager, Notification } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import React from 'react';

import { openPage, pageAddress } from '../save/links.js';
import type { IOpenBIS } from '../tokens.js';
import { PublishBody } from './body.js';
import type { PublishedPage } from './shapes.js';
import type { Wish } from './wish.js';

/**
 * Ask how a version shall be published, and show what will be seen.
 *
 * @returns what was chosen and the version that was shown; `null` where the person cancelled.
 */
export async function askHowToPublish(
  wish: Wish,
  version: string,
  savedFirst: boolean,
  openbis: IOpenBIS,
  themes: IThemeManager | null
): Promise<{ wish: Wish; version: string } | null> {
  const { trans } = openbis;
  const body = new PublishBody(wish, version, savedFirst, openbis, themes);
  const dialog = new PublishDialog(body, {
    title: trans.__('Publish'),
    body,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Publish') })
    ],
    focusNodeSelector: '#openbis-publish-title'
  });
  dialog.addClass('jp-openbis-publish-dialog');
  dialog.node.setAttribute('aria-label', trans.__('Publish'));
  const { button } = await dialog.launch();
  return button.accept ? { wish: body.getValue(), version: body.plan?.version.perm_id ?? version } : null;
}

class PublishDialog extends Dialog<Wish> {
  constructor(
    private readonly asked: PublishBody,
    options: Partial<Dialog.IOptions<Wish>>
  ) {
    super(options);
  }

  /** Its button and Enter lead here; the first button cancels. */
  override resolve(index = 1): void {
    if (index === 0 || this.asked.accept()) {
      super.resolve(index);
    }
  }
}

/** The link to the page, to be copied or followed. */
export async function showPublished(page: PublishedPage, openbis: IOpenBIS): Promise<void> {
  const { trans } = openbis;
  const address = pageAddress(page.link, window.location.href) ?? '';
  const dialog = new Dialog({
    title: trans.__('“%1” is published', page.title),
    body: new LinkBody(address, trans.__('Link to the page')),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Close') }),
      Dialog.createButton({ label: trans.__('Copy Link'), actions: ['copy'] }),
      Dialog.okButton({ label: trans.__('Open the Page') })
    ],
    focusNodeSelector: '.jp-openbis-published input'
  });
  const { button } = await dialog.launch();
  if (button.actions.includes('copy')) {
    Clipboard.copyToSystem(address);
    Notification.info(trans.__('The link is in the clipboard.'), { autoClose: 3_000 });
  } else if (button.accept) {
    openPage(address);
  }
}

class LinkBody extends ReactWidget {
  constructor(
    private readonly address: string,
    private readonly label: string
  ) {
    super();
    this.addClass('jp-openbis-save');
    this.addClass('jp-openbis-published');
  }

  protected override render(): React.ReactElement {
    return React.createElement('input', {
      type: 'text',
      readOnly: true,
      'aria-label': this.label,
      value: this.address,
      onFocus: (event: React.FocusEvent<HTMLInputElement>) => event.target.select()
    });
  }
}
