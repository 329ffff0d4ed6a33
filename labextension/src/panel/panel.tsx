/** The widget: a head, and one foldable section below the other. */

import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import { type ISignal, Signal } from '@lumino/signaling';
import React from 'react';

import type { IOpenBIS, IOpenBISPanel, ISection } from '../tokens.js';
import { useNews } from '../ui/asked.js';
import { Empty, HeadShows } from '../ui/parts.js';
import type { Folding } from './folding.js';
import { Head } from './head.js';
import { SectionFrame } from './section.js';

export interface PanelParts {
  readonly openbis: IOpenBIS;
  readonly notebooks: INotebookTracker;
  readonly commands: CommandRegistry;
  readonly folding: Folding;
  readonly bringUp: (id: string) => void;
}

export class OpenBISPanel extends ReactWidget implements IOpenBISPanel {
  readonly sections: ISection[] = [];
  readonly redrawn = new Signal<this, undefined>(this);
  private readonly asksAgain = new Signal<this, undefined>(this);

  constructor(readonly parts: PanelParts) {
    super();
    this.id = 'openbis-nb-panel';
    this.addClass('jp-openbis-panel');
    parts.openbis.sessionChanged.connect((_, session) => {
      if (session?.state === 'live') {
        this.asksAgain.emit(undefined); // what could not be seen before
      }
    });
  }

  get refreshed(): ISignal<this, undefined> {
    return this.asksAgain;
  }

  addSection(section: ISection): void {
    this.sections.push(section);
    this.sections.sort((one, other) => one.rank - other.rank);
    this.redrawn.emit(undefined);
  }

  reveal(sectionId?: string): void {
    if (sectionId !== undefined) {
      this.parts.folding.set(sectionId, true);
    }
    this.parts.bringUp(this.id);
    if (sectionId !== undefined) {
      requestAnimationFrame(() => {
        this.node.querySelector(`.jp-openbis-section-${sectionId}`)?.scrollIntoView({ block: 'nearest' });
      });
    }
  }

  refresh(): void {
    const { openbis } = this.parts;
    openbis.refresh().catch((error: unknown) => openbis.fail(error));
    this.asksAgain.emit(undefined);
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.redrawn.emit(undefined);
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.redrawn.emit(undefined);
  }

  protected override render(): React.ReactElement {
    return <Sections panel={this} />;
  }
}

/** Nothing is drawn, so nothing is asked for, while nobody sees it. */
function Sections({ panel }: { panel: OpenBISPanel }): React.ReactElement | null {
  const { openbis, notebooks, commands, folding } = panel.parts;
  useNews(panel.redrawn);
  useNews(openbis.sessionChanged);
  useNews(notebooks.currentChanged);
  useNews(folding.changed);
  if (!panel.isVisible) {
    return null;
  }
  const notebook = notebooks.currentWidget;
  const shown = panel.sections.filter(section => isShown(section, notebook, openbis));
  const { trans, session } = openbis;
  const waits = session?.state === 'live' && notebook === null;
  return (
    <HeadShows.Provider value={session?.state ?? null}>
      <Head openbis={openbis} commands={commands} refresh={() => panel.refresh()} />
      {waits ? (
        <Empty
          text={trans.__('No notebook is open.')}
          hint={trans.__('Open one to see where it is stored, its inputs and its versions.')}
        />
      ) : null}
      {shown.map(section => (
        <SectionFrame
          key={section.id}
          section={section}
          notebook={notebook}
          openbis={openbis}
          open={folding.isOpen(section.id, !section.folded)}
          fold={open => folding.set(section.id, open)}
        />
      ))}
    </HeadShows.Provider>
  );
}

function isShown(section: ISection, notebook: NotebookPanel | null, openbis: IOpenBIS): boolean {
  const knowsWho = openbis.session !== null && openbis.session.state !== 'none';
  return (notebook !== null || !section.needsNotebook) && (knowsWho || section.offline === true);
}
