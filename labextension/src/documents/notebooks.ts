/** The notebooks that are open, and how each stands towards openBIS. */

import type { INotebookTracker, Notebook, NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import type { PartialJSONValue } from '@lumino/coreutils';
import { type ISignal, Signal } from '@lumino/signaling';

import type { INotebooks, IOpenBIS, Standing, StandingDocument } from '../tokens.js';
import { answerCells, type CellSaver } from './cell_saves.js';
import { type NotebookContext, write, type WrittenFile } from './file.js';
import { Followed } from './followed.js';
import { Kernels } from './kernels.js';

export class Notebooks implements INotebooks {
  readonly kernels: Kernels;
  private readonly followed = new Map<NotebookContext, Followed>();
  private readonly moved = new Signal<this, NotebookPanel | null>(this);
  private readonly stands = new Signal<this, NotebookPanel>(this);

  constructor(
    private readonly openbis: IOpenBIS,
    private readonly tracker: INotebookTracker,
    private readonly contents: Contents.IManager
  ) {
    this.kernels = new Kernels(openbis.api);
    tracker.widgetAdded.connect((_, panel) => this.follow(panel));
    tracker.forEach(panel => this.follow(panel));
    tracker.currentChanged.connect((_, panel) => this.moved.emit(panel));
    openbis.sessionChanged.connect(() => this.refreshAll());
  }

  get current(): NotebookPanel | null {
    return this.tracker.currentWidget;
  }

  get currentChanged(): ISignal<INotebooks, NotebookPanel | null> {
    return this.moved;
  }

  get standingChanged(): ISignal<INotebooks, NotebookPanel> {
    return this.stands;
  }

  standing(panel: NotebookPanel): Standing {
    return this.followed.get(panel.context)?.standing ?? 'unknown';
  }

  details(panel: NotebookPanel): StandingDocument | null {
    return this.followed.get(panel.context)?.said ?? null;
  }

  async refresh(panel: NotebookPanel): Promise<void> {
    await this.followed.get(panel.context)?.ask(true);
  }

  /** Ask again for all that are open. */
  refreshAll(): void {
    for (const one of this.followed.values()) {
      one.askSoon();
    }
  }

  write(panel: NotebookPanel): Promise<WrittenFile> {
    return write(panel.context, this.contents, this.openbis);
  }

  async setBlock(panel: NotebookPanel, block: unknown): Promise<void> {
    placeBlock(panel.context, block);
    await this.write(panel);
    await this.refresh(panel);
  }

  private readonly cellSaver: CellSaver = {
    view: context => this.view(context),
    write: context => write(context, this.contents, this.openbis),
    placeBlock,
    ask: async context => {
      await this.followed.get(context)?.ask(true);
    }
  };

  private view(context: NotebookContext): Notebook | null {
    const [panel] = this.followed.get(context)?.panels ?? [];
    return panel?.content ?? null;
  }

  private follow(panel: NotebookPanel): void {
    const { context } = panel;
    const known = this.followed.get(context);
    if (known !== undefined) {
      known.panels.add(panel);
    } else {
      const one = new Followed(context, this.openbis.api, this.contents);
      one.panels.add(panel);
      one.changed.connect(() => {
        one.panels.forEach(shown => this.stands.emit(shown));
        if (one.said?.standing === 'unknown') {
          this.openbis.refresh().catch(() => undefined); // the session may be over
        }
      });
      this.followed.set(context, one);
      context.disposed.connect(() => {
        this.followed.delete(context);
        one.dispose();
      });
      this.kernels.follow(context.sessionContext, kernel =>
        answerCells(kernel, context, this.cellSaver, this.openbis)
      );
    }
    panel.disposed.connect(() => this.followed.get(context)?.panels.delete(panel));
  }
}

/** The block into the shared document; the file is somebody else's task. */
function placeBlock(context: NotebookContext, block: unknown): void {
  context.model.sharedModel.setMetadata('openbis', block as PartialJSONValue);
}
