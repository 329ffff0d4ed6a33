/** The dialog of the connections. */

import { Dialog, ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { IOpenBIS } from '../tokens.js';
import { useNews } from '../ui/asked.js';
import { ConnectionList } from './list.js';
import { Connections } from './model.js';

/**
 * Show the connections.
 *
 * @param logIn - begin with a log-in form, and close when somebody has logged in.
 */
export async function showConnections(openbis: IOpenBIS, logIn = false): Promise<void> {
  const { trans } = openbis;
  const connections = new Connections(openbis);
  const dialog = new ConnectionsDialog({
    title: trans.__('openBIS Connections'),
    body: new Body(connections, trans),
    buttons: [Dialog.cancelButton({ label: trans.__('Close') })],
    hasClose: true
  });
  dialog.addClass('jp-openbis-dialog');
  dialog.addClass('jp-openbis-connections-dialog');
  if (logIn) {
    connections.loggedIn.connect(() => dialog.resolve(0));
  }
  void connections.load(logIn);
  await dialog.launch();
}

class Body extends ReactWidget {
  constructor(
    private readonly connections: Connections,
    private readonly trans: TranslationBundle
  ) {
    super();
  }

  protected override render(): React.ReactElement {
    return <Drawn connections={this.connections} trans={this.trans} />;
  }
}

function Drawn(props: {
  readonly connections: Connections;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  useNews(props.connections.changed);
  return <ConnectionList {...props} />;
}

class ConnectionsDialog extends Dialog<unknown> {
  /** Enter in a field sends its form, and is no answer to the dialog. */
  override handleEvent(event: Event): void {
    const inForm = event.target instanceof Element && event.target.closest('form, button, a') !== null;
    if (event instanceof KeyboardEvent && event.key === 'Enter' && inForm) {
      return;
    }
    super.handleEvent(event);
  }
}
