/** Data sets dropped between the cells of a notebook: from our panel, or as a link or permId from anywhere. */

import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import type { Drag } from '@lumino/dragdrop';

import { type Place, placeAt } from './place.js';
import { DATA_SET_MIME, type Wanted, wantedOfDrag, wantedOfTransfer } from './wanted.js';

const MARKS = { above: 'jp-openbis-drop-above', below: 'jp-openbis-drop-below' };
const OURS = ['lm-dragenter', 'lm-dragover', 'lm-dragleave', 'lm-drop'] as const;
const BROWSERS = ['dragover', 'dragleave', 'drop'] as const;

/** Looks at what is dragged over one notebook, before its cells do. */
export class DropTarget implements IDisposable {
  isDisposed = false;
  private marked: Element | null = null;

  constructor(
    private readonly panel: NotebookPanel,
    private readonly dropped: (wanted: Wanted, index: number) => void
  ) {
    for (const type of [...OURS, ...BROWSERS]) {
      panel.content.node.addEventListener(type, this, true);
    }
    panel.disposed.connect(() => this.dispose());
  }

  dispose(): void {
    if (!this.isDisposed) {
      this.isDisposed = true;
      for (const type of [...OURS, ...BROWSERS]) {
        this.panel.content.node.removeEventListener(type, this, true);
      }
    }
  }

  handleEvent(event: Event): void {
    if ((OURS as readonly string[]).includes(event.type)) {
      this.handleOurs(event as unknown as Drag.Event);
    } else {
      this.handleBrowsers(event as DragEvent);
    }
  }

  private handleOurs(event: Drag.Event): void {
    if (!event.mimeData.hasData(DATA_SET_MIME)) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (event.type === 'lm-dragleave') {
      this.unmark();
      return;
    }
    event.dropAction = event.supportedActions === 'all' ? 'copy' : event.proposedAction;
    if (event.type === 'lm-drop') {
      this.drop(wantedOfDrag(event.mimeData.getData(DATA_SET_MIME)), event.clientY);
    } else {
      this.mark(this.place(event.clientY));
    }
  }

  /**
   * What it is can be read at the drop only: until then it is taken where nobody else would take it, and a link
   * over code, too.
   */
  private handleBrowsers(event: DragEvent): void {
    const types = event.dataTransfer?.types ?? [];
    const link = types.includes('text/uri-list');
    if (!link && (!types.includes('text/plain') || inEditor(event.target))) {
      return;
    }
    if (event.type === 'dragleave') {
      this.unmark();
    } else if (event.type === 'dragover') {
      event.preventDefault();
      this.mark(this.place(event.clientY));
    } else {
      const wanted = wantedOfTransfer(type => event.dataTransfer?.getData(type) ?? '');
      this.unmark();
      if (wanted !== null) {
        event.preventDefault();
        event.stopPropagation();
        this.drop(wanted, event.clientY);
      }
    }
  }

  private drop(wanted: Wanted | null, y: number): void {
    this.unmark();
    if (wanted !== null) {
      this.dropped(wanted, this.place(y).index);
    }
  }

  private place(y: number): Place {
    const cells = this.panel.content.widgets.flatMap((cell, index) => {
      if (!cell.isAttached || !cell.node.isConnected) {
        return [];
      }
      const { top, bottom } = cell.node.getBoundingClientRect();
      return [{ index, top, bottom }];
    });
    return placeAt(y, cells);
  }

  private mark(place: Place): void {
    const node = place.shownAt === null ? null : (this.panel.content.widgets[place.shownAt]?.node ?? null);
    this.unmark();
    node?.classList.add(MARKS[place.side]);
    this.marked = node;
  }

  private unmark(): void {
    this.marked?.classList.remove(...Object.values(MARKS));
    this.marked = null;
  }
}

function inEditor(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('.cm-editor, input, textarea') !== null;
}
