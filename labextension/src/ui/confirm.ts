/** Writes that the server answers with a question: asked of the person, then made again with their answer. */

import { Dialog, showDialog } from '@jupyterlab/apputils';

import { Problem } from '../api/problem.js';
import type { IOpenBIS } from '../tokens.js';

/** The person left it; nothing was changed. */
export class Left extends Error {}

/**
 * Post, and where the server needs to know something first, ask.
 *
 * @throws Left - the person said no.
 * @throws Problem - what went wrong.
 */
export async function postAsking<T>(
  openbis: IOpenBIS,
  path: string,
  body: Readonly<Record<string, unknown>>
): Promise<T> {
  const { api, trans } = openbis;
  try {
    return await api.post<T>(path, body);
  } catch (error) {
    if (!(error instanceof Problem)) {
      throw error;
    }
    if (error.code === 'needs-confirmation' && body['confirm'] !== true) {
      await agreed(openbis, trans.__('Do you trust this notebook?'), error.message, trans.__('I trust it'));
      return postAsking(openbis, path, { ...body, confirm: true });
    }
    if (error.document['as_new'] === true && body['as_new'] !== true) {
      const text = `${error.message} ${error.nextStep}`;
      await agreed(openbis, trans.__('Store it as a new notebook?'), text, trans.__('New notebook'));
      return postAsking(openbis, path, { ...body, as_new: true });
    }
    throw error;
  }
}

async function agreed(openbis: IOpenBIS, title: string, body: string, accept: string): Promise<void> {
  const buttons = [
    Dialog.cancelButton({ label: openbis.trans.__('Cancel') }),
    Dialog.okButton({ label: accept })
  ];
  const { button } = await showDialog({ title, body, buttons });
  if (!button.accept) {
    throw new Left();
  }
}

/** What goes wrong is a toast; that the person left it is nothing. */
export async function guarded(openbis: IOpenBIS, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Left)) {
      openbis.fail(error);
    }
  }
}
