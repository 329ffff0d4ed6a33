/** The widget: one foldable section below the other, redrawn when notebook or session change. */

import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';
import React from 'react';

import type { IOpenBIS, IOpenBISPanel, ISection } from '../tokens.js';

export class OpenBISPanel extends ReactWidget implements IOpenBISPanel {
  private readonly sections: ISection[] = [];
  private readonly opened = new Set<string>();
  private readonly redrawn = new Signal<this, undefined>(this);

  constructor(
    private readonly openbis: IOpenBIS,
    private readonly notebooks: INotebookTracker,
    private readonly bringUp: (id: string) => void
  ) {
    super();
    this.id = 'openbis-nb-panel';
    this.addClass('jp-openbis-panel');
  }

  addSection(section: ISection): void {
    this.sections.push(section);
    this.sections.sort((one, other) => one.rank - other.rank);
    this.opened.add(section.id);
    this.redrawn.emit(undefined);
  }

  reveal(sectionId?: string): void {
    if (sectionId !== undefined) {
      this.opened.add(sectionId);
      this.redrawn.emit(undefined);
    }
    this.bringUp(this.id);
  }

  protected override render(): React.ReactElement {
    return (
      <UseSignal signal={this.redrawn}>
        {() => (
          <UseSignal signal={this.openbis.sessionChanged}>
            {() => <UseSignal signal={this.notebooks.currentChanged}>{() => this.drawn()}</UseSignal>}
          </UseSignal>
        )}
      </UseSignal>
    );
  }

  private drawn(): React.ReactElement {
    const notebook = this.notebooks.currentWidget;
    const shown = this.sections.filter(section => notebook !== null || !section.needsNotebook);
    return <>{shown.map(section => this.section(section, notebook))}</>;
  }

  private section(section: ISection, notebook: NotebookPanel | null): React.ReactElement {
    const { Body } = section;
    return (
      <details
        key={section.id}
        className={`jp-openbis-section jp-openbis-section-${section.id}`}
        open={this.opened.has(section.id)}
        onToggle={event => this.note(section.id, event.currentTarget.open)}
      >
        <summary>{section.title}</summary>
        <div className="jp-openbis-section-body">
          <Body key={notebook?.id ?? ''} notebook={notebook} />
        </div>
      </details>
    );
  }

  private note(id: string, open: boolean): void {
    if (open) {
      this.opened.add(id);
    } else {
      this.opened.delete(id);
    }
  }
}
