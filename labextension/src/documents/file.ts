/** The file of an open document: written, named and hashed. */

import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';

import type { Api } from '../api/client.js';
import { Problem } from '../api/problem.js';
import type { IOpenBIS, StandingDocument } from '../tokens.js';

export type NotebookContext = DocumentRegistry.IContext<INotebookModel>;

export interface WrittenFile {
  readonly path: string;
  readonly sha256: string;
}

/**
 * Write the document to its file.
 *
 * @returns its path below the root of the server, and the SHA-256 of the file that the server then has.
 * @throws Problem - it can only be read, lies on another drive, or Jupyter could not write it.
 */
export async function write(
  context: NotebookContext,
  contents: Contents.IManager,
  { api, trans }: IOpenBIS
): Promise<WrittenFile> {
  if (contents.driveName(context.path) !== '') {
    throw new Problem(trans.__('This notebook does not lie on your Jupyter server.'), 0, {
      next_step: trans.__('Save a copy of it on the server, and go on there.')
    });
  }
  if (context.model.readOnly || context.contentsModel?.writable === false) {
    throw new Problem(trans.__('This notebook can only be read.'), 0, {
      next_step: trans.__('Save a copy of it under another name, and go on there.')
    });
  }
  await saved(context, trans.__('JupyterLab could not write the file.'), trans.__('Save it with Ctrl+S.'));
  const path = contents.localPath(context.path);
  return { path, sha256: await sha256(path, contents, api) };
}

async function saved(context: NotebookContext, message: string, next: string): Promise<void> {
  await context.ready;
  try {
    await context.save();
  } catch (error) {
    throw new Problem(message, 0, { next_step: next, cause: String(error) });
  }
}

async function sha256(path: string, contents: Contents.IManager, api: Api): Promise<string> {
  const model = await contents.get(path, { content: false, hash: true });
  if (model.hash && model.hash_algorithm === 'sha256') {
    return model.hash;
  }
  const said = await api.get<StandingDocument>('standing', { path, fresh: 1 });
  return said.sha256 ?? '';
}
