/** What the parts of this folder work with. */

import type { ILabShell, JupyterFrontEnd } from '@jupyterlab/application';
import type { IThemeManager } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { NotebookPanel } from '@jupyterlab/notebook';

import type { INotebooks, IOpenBIS } from '../tokens.js';

export interface Tools {
  readonly app: JupyterFrontEnd;
  readonly openbis: IOpenBIS;
  readonly notebooks: INotebooks;
  readonly documents: IDocumentManager;
  /** `null` in Notebook 7, whose main area holds the notebook alone. */
  readonly labShell: ILabShell | null;
  readonly themes: IThemeManager | null;
}

/** The path of a notebook as the server's routes name it. */
export function pathOf(tools: Tools, panel: NotebookPanel): string {
  return tools.app.serviceManager.contents.localPath(panel.context.path);
}

/** Names of the commands, and what they take. */
export const Commands = {
  view: 'openbis:view-version',
  compare: 'openbis:compare',
  changes: 'openbis:show-changes',
  restore: 'openbis:restore',
  download: 'openbis:download',
  copyId: 'openbis:copy-version-id',
  openVersion: 'openbis:open-version-in-eln',
  publish: 'openbis:publish'
} as const;
