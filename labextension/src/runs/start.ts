/** Starting a run in the background: asked how, and sent to the server. */

import { Dialog, Notification } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';

import { Problem } from '../api/problem.js';
import { askWhetherToTrust } from '../save/questions.js';
import type { INotebooks, IOpenBIS } from '../tokens.js';
import { RunBody, type RunForm } from './form.js';
import { changedValues, timeOut } from './reading.js';
import type { ParameterDocument, RunDocument } from './shapes.js';

/**
 * Ask how a notebook shall run, and start it.
 *
 * @returns the run; `null` where the person cancelled.
 * @throws Problem - why it could not be started.
 */
export async function startRun(
  notebook: NotebookPanel,
  notebooks: INotebooks,
  openbis: IOpenBIS
): Promise<RunDocument | null> {
  const { api, trans } = openbis;
  const { path } = await notebooks.write(notebook); // what runs is what is on screen
  if (notebooks.details(notebook) === null) {
    await notebooks.refresh(notebook); // nobody has asked yet
  }
  const { parameters } = await api.get<{ parameters: ParameterDocument[] }>('runs/form', { path });
  const known = notebooks.details(notebook);
  const owner = known?.owner ?? null;
  const begun: RunForm = {
    name: known?.name || path.replace(/^.*\//, '').replace(/\.ipynb$/, ''),
    notes: '',
    typed: {},
    place: owner ? { ...owner, kind: owner.kind === 'object' ? 'object' : 'experiment' } : null,
    minutes: '',
    save: true
  };
  const body = new RunBody(begun, parameters, owner !== null, path, openbis);
  const form = await ask(body, openbis);
  if (form === null) {
    return null;
  }
  const wanted = {
    path,
    name: form.name,
    notes: form.notes,
    save: form.save,
    parameters: changedValues(parameters, form.typed).values,
    timeout: timeOut(form.minutes) ?? null,
    ...(owner === null && form.save && form.place ? { owner: form.place.perm_id } : {})
  };
  const run = await send(wanted, openbis);
  if (run !== null) {
    Notification.info(
      trans.__('“%1” runs in the background. You can close the browser; your server goes on.', run.name),
      { autoClose: 8000 }
    );
  }
  return run;
}

async function send(
  wanted: Readonly<Record<string, unknown>>,
  openbis: IOpenBIS
): Promise<RunDocument | null> {
  try {
    return await openbis.api.post<RunDocument>('runs', wanted);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'needs-confirmation') {
      throw error;
    }
    if (!(await askWhetherToTrust(error, openbis.trans))) {
      return null;
    }
    return await openbis.api.post<RunDocument>('runs', { ...wanted, confirm: true });
  }
}

async function ask(body: RunBody, { trans }: IOpenBIS): Promise<RunForm | null> {
  const title = trans.__('Run in background and save');
  const dialog = new RunDialog(body, {
    title,
    body,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Run'), ariaLabel: title })
    ],
    focusNodeSelector: '#openbis-run-name'
  });
  dialog.addClass('jp-openbis-save-dialog');
  dialog.node.setAttribute('aria-label', title);
  const { button, value } = await dialog.launch();
  return button.accept ? value : null;
}

class RunDialog extends Dialog<RunForm> {
  constructor(
    private readonly asked: RunBody,
    options: Partial<Dialog.IOptions<RunForm>>
  ) {
    super(options);
  }

  /** It stays open until it can be started. */
  override resolve(index = 1): void {
    if (index === 0 || this.asked.accept()) {
      super.resolve(index);
    }
  }

  /** Keys that an open list of suggestions takes are no answer to the dialog. */
  override handleEvent(event: Event): void {
    const open = event.target instanceof Element && event.target.getAttribute('aria-expanded') === 'true';
    if (!(open && event instanceof KeyboardEvent && ['Enter', 'Escape'].includes(event.key))) {
      super.handleEvent(event);
    }
  }
}
