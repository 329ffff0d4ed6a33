/** The open notebooks that hold work which openBIS does not have, and drafts of them. */

import { URLExt } from '@jupyterlab/coreutils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { ServerConnection } from '@jupyterlab/services';

import type { INotebooks } from '../tokens.js';
import { fits, isUnsaved, type Seen } from './rules.js';
import type { GuardSetting } from './setting.js';

const DRAFTS = 'openbis/api/v1/drafts';

export type Reason = 'closed' | 'idle' | 'asked';

export class Unsaved {
  /** What people had written when the document was opened, and documents in which that has changed. */
  private readonly begun = new WeakMap<object, string>();
  private readonly touched = new WeakSet();
  /** Number of the last change of which a draft was sent, by document. */
  private readonly drafted = new WeakMap<object, number>();
  private readonly changes = new WeakMap<object, number>();

  constructor(
    private readonly tracker: INotebookTracker,
    private readonly notebooks: INotebooks,
    private readonly setting: GuardSetting,
    private readonly server: ServerConnection.ISettings
  ) {
    tracker.widgetAdded.connect((_, panel) => this.follow(panel));
    tracker.forEach(panel => this.follow(panel));
  }

  /** Whether it was changed or run in this page, or comes from a version. */
  wasWorkedOn(panel: NotebookPanel): boolean {
    return this.wasTouched(panel) || Boolean(this.notebooks.details(panel)?.version);
  }

  /** Each document once. */
  all(): NotebookPanel[] {
    const found = new Map<unknown, NotebookPanel>();
    this.tracker.forEach(panel => {
      if (!panel.isDisposed && isUnsaved(this.seen(panel), this.setting.alsoNowhere)) {
        found.set(panel.context, panel);
      }
    });
    return [...found.values()];
  }

  /**
   * Have the server keep a draft of each, without waiting for it.
   *
   * @param leaving - the page goes away: browsers send only small bodies then.
   */
  keepDrafts(reason: Reason, leaving: boolean): void {
    for (const panel of this.all()) {
      const { context } = panel;
      const change = this.changes.get(context) ?? 0;
      if (this.drafted.get(context) === change && !leaving) {
        continue;
      }
      this.drafted.set(context, change);
      const path = context.localPath;
      if (!context.model.dirty) {
        this.send(JSON.stringify({ path, reason }), true);
        continue;
      }
      const body = JSON.stringify({ path, reason, content: context.model.toJSON() });
      this.send(body, leaving && fits(body));
    }
  }

  private send(body: string, keepalive: boolean): void {
    const request = { method: 'POST', body, keepalive, headers: { 'Content-Type': 'application/json' } };
    const url = URLExt.join(this.server.baseUrl, DRAFTS);
    ServerConnection.makeRequest(url, request, this.server).catch(() => undefined); // nobody is there to be told
  }

  private seen(panel: NotebookPanel): Seen {
    const { context } = panel;
    return {
      said: this.notebooks.details(panel),
      hasBlock: context.model.getMetadata('openbis') !== undefined,
      dirty: context.model.dirty,
      touched: this.wasTouched(panel)
    };
  }

  private wasTouched(panel: NotebookPanel): boolean {
    const { context } = panel;
    const begun = this.begun.get(context);
    if (!this.touched.has(context) && begun !== undefined && begun !== written(panel)) {
      this.touched.add(context);
    }
    return this.touched.has(context);
  }

  private follow(panel: NotebookPanel): void {
    const { context } = panel;
    void context.ready.then(() => {
      if (!context.isDisposed && !this.changes.has(context)) {
        this.changes.set(context, 0);
        context.model.contentChanged.connect(() => {
          this.changes.set(context, (this.changes.get(context) ?? 0) + 1);
        });
        this.begun.set(context, written(panel));
      }
    });
  }
}

/** Sources and numbers of runs. A kernel that says its language changes the document as well; nobody worked then. */
function written(panel: NotebookPanel): string {
  const { cells } = panel.context.model.sharedModel;
  return JSON.stringify(
    cells.map(cell => [cell.id, cell.source, 'execution_count' in cell ? cell.execution_count : null])
  );
}
