/** A data set becomes an input of a notebook. */

import type { NotebookPanel } from '@jupyterlab/notebook';

import type { INotebooks, IOpenBIS } from '../tokens.js';
import { postAsking } from '../ui/confirm.js';

/** `POST inputs`: the identity block with the new input; `null` where the notebook has none yet. */
interface BlockDocument {
  readonly block: unknown;
}

/**
 * It goes into the identity block. A notebook that openBIS does not know has none: the server notes there what
 * it was given, and its first save names that (design D10).
 */
export async function addInput(
  openbis: IOpenBIS,
  notebooks: INotebooks | null,
  panel: NotebookPanel,
  permId: string
): Promise<void> {
  const path = panel.context.localPath;
  const { block } = await postAsking<BlockDocument>(openbis, 'inputs', { path, add: [permId], remove: [] });
  if (block !== null && notebooks !== null) {
    await notebooks.setBlock(panel, block);
  } else {
    await openbis.api.work('attach', { path, perm_ids: [permId], fetch: 'none' });
  }
}
