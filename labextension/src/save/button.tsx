/** The button in the toolbar of each notebook. */

import type { NotebookPanel } from '@jupyterlab/notebook';
import { ReactWidget, ToolbarButtonComponent, UseSignal } from '@jupyterlab/ui-components';
import React from 'react';

import type { INotebooks, IOpenBIS } from '../tokens.js';
import { face } from './face.js';
import { FACES } from './icons.js';

/** @param save - is called on a click; `always` with Shift or Alt: with the dialog, whatever the settings say. */
export class SaveButton extends ReactWidget {
  constructor(
    private readonly panel: NotebookPanel,
    private readonly notebooks: INotebooks,
    private readonly openbis: IOpenBIS,
    private readonly save: (withDialog: boolean) => void
  ) {
    super();
    this.addClass('jp-openbis-save-button');
  }

  protected override render(): React.ReactElement {
    return (
      <UseSignal signal={this.openbis.sessionChanged}>
        {() => <UseSignal signal={this.notebooks.standingChanged}>{() => this.drawn()}</UseSignal>}
      </UseSignal>
    );
  }

  private drawn(): React.ReactElement {
    const { panel, notebooks, openbis } = this;
    const { name, label, tip } = face(
      notebooks.standing(panel),
      notebooks.details(panel),
      openbis.session,
      openbis.trans
    );
    let modified = false;
    const note = (event: React.MouseEvent | React.KeyboardEvent): void => {
      modified = event.shiftKey || event.altKey;
    };
    return (
      <div onMouseDownCapture={note} onClickCapture={note} onKeyDownCapture={note}>
        <ToolbarButtonComponent
          icon={FACES[name]}
          label={label}
          tooltip={tip}
          dataset={{ 'data-openbis-state': name }}
          onClick={() => this.save(modified)}
        />
      </div>
    );
  }
}
