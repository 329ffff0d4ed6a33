/** Which file to read, asked from the person: one of the notebook's inputs, or any by permId or link. */

import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';

import { Problem } from '../api/problem.js';
import type { IOpenBIS } from '../tokens.js';
import { Picker } from './picker.js';
import { type Wanted, wantedOfText } from './wanted.js';

/** `GET data-sets?path=` */
interface InputsDocument {
  readonly data_sets: readonly {
    readonly perm_id: string;
    readonly name: string;
    readonly files: readonly { readonly path: string }[];
  }[];
}

/** Files that are offered; of more, the permId is quicker to give. */
const MOST = 200;

/**
 * @returns what the person chose; `null` when they closed the dialog.
 * @throws Problem - what they typed names no data set, or the inputs could not be listed.
 */
export async function askWanted(openbis: IOpenBIS, panel: NotebookPanel): Promise<Wanted | null> {
  const { trans } = openbis;
  const offered = choices(
    await openbis.api.get<InputsDocument>('data-sets', { path: panel.context.localPath })
  );
  const label = trans.__('An input of this notebook, or the permId or ELN link of any data set');
  const answer = await showDialog({
    title: trans.__('Insert code that reads data from openBIS'),
    body: new Picker(label, offered.keys()),
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: trans.__('Insert') })],
    focusNodeSelector: 'input'
  });
  if (!answer.button.accept || !answer.value) {
    return null;
  }
  const wanted = offered.get(answer.value) ?? wantedOfText(answer.value);
  if (wanted === null) {
    throw new Problem(trans.__('“%1” names no data set.', answer.value.slice(0, 80)), 0, {
      next_step: trans.__('Give its permId, or the address of its page in the ELN.')
    });
  }
  return wanted;
}

/** Short where that says it: the file, and the name of its data set. */
function choices(inputs: InputsDocument): Map<string, Wanted> {
  const offered = new Map<string, Wanted>();
  for (const { perm_id: permId, name, files } of inputs.data_sets) {
    for (const { path } of files.slice(0, MOST - offered.size)) {
      const short = `${path.split('/').at(-1)} · ${name || permId}`;
      offered.set(offered.has(short) ? `${path} · ${name || permId} · ${permId}` : short, {
        permId,
        path,
        name
      });
    }
  }
  return offered;
}
