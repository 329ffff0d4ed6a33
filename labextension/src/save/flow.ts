/** From the click to the version in openBIS. */

import type { NotebookPanel } from '@jupyterlab/notebook';
import type { CommandRegistry } from '@lumino/commands';

import { Problem } from '../api/problem.js';
import { hasChanges } from '../documents/shown.js';
import type { INotebooks, IOpenBIS, IOpenBISPanel } from '../tokens.js';
import type { SaveDraft } from './body.js';
import { askHowToSave } from './dialog.js';
import { initial, needsNoAnswer, saveBody, type SaveForm, staysInPlace, type Wrongs } from './form.js';
import { askAboutNewer, askToLogIn, askWhetherToTrust } from './questions.js';
import { send, tell, tellNothing } from './sending.js';
import type { SavePlan, SaveResult } from './shapes.js';

/** `needed`: the dialog where something is to be said; `dialog`: in any case; `now`: only what must be. */
export type How = 'needed' | 'dialog' | 'now';

export class SaveFlow {
  private readonly busy = new Set<unknown>();

  constructor(
    private readonly openbis: IOpenBIS,
    private readonly notebooks: INotebooks,
    private readonly commands: CommandRegistry,
    private readonly panel: IOpenBISPanel | null
  ) {}

  /** Save a notebook; what goes wrong is told. A second click while it is being saved does nothing. */
  async save(notebook: NotebookPanel, how: How): Promise<void> {
    const { context } = notebook;
    if (this.busy.has(context)) {
      return;
    }
    this.busy.add(context);
    try {
      await this.begin(notebook, how);
    } catch (error) {
      this.openbis.fail(error);
    } finally {
      this.busy.delete(context);
    }
  }

  private async begin(notebook: NotebookPanel, how: How): Promise<void> {
    const { notebooks, openbis } = this;
    if (!(await this.goesOnWithoutSession())) {
      return;
    }
    const { path } = await notebooks.write(notebook);
    await notebooks.refresh(notebook); // somebody else may have saved a minute ago
    const standing = notebooks.standing(notebook);
    if (standing === 'nothing' && how !== 'dialog') {
      tellNothing(notebooks.details(notebook), openbis);
      return;
    }
    if (standing === 'newer' && !(await this.afterNewer(notebook))) {
      return;
    }
    const plan = await this.plan(path);
    if (plan.message !== null) {
      openbis.refresh().catch(() => undefined); // the session may be over, which the button then says
    }
    const first = notebooks.details(notebook)?.version == null;
    const ask = how === 'dialog' || !needsNoAnswer(plan, openbis.trans) || (how === 'needed' && first);
    await this.settle(notebook, { plan, form: initial(plan), refused: {}, said: '' }, ask);
  }

  /** Ask as long as the server does not take it, and save. */
  private async settle(notebook: NotebookPanel, begun: SaveDraft, ask: boolean): Promise<void> {
    let draft = begun;
    let confirm = false;
    let asking = ask;
    for (;;) {
      if (asking) {
        const path = notebook.context.localPath;
        const answer = await askHowToSave(draft, path, this.openbis, (form, plan) =>
          this.replan(path, form, plan)
        );
        if (answer === null) {
          return;
        }
        draft = answer;
      }
      try {
        await this.finish(notebook, await this.sent(notebook, draft, confirm));
        return;
      } catch (error) {
        if (!(error instanceof Problem)) {
          throw error;
        }
        if (error.code === 'needs-confirmation' && !confirm) {
          if (!(await askWhetherToTrust(error, this.openbis.trans))) {
            return;
          }
          confirm = true;
          asking = false;
        } else if (error.status === 400 || error.status === 422 || error.code === 'conflict') {
          // Something to mend: what was typed must not be lost.
          draft = {
            ...draft,
            refused: refusedFields(error),
            said: `${error.message} ${error.nextStep}`.trim()
          };
          asking = true;
        } else {
          throw error;
        }
      }
    }
  }

  /** With what is on the screen now: a kernel may have written on while the dialog was open. */
  private async sent(notebook: NotebookPanel, draft: SaveDraft, confirm: boolean): Promise<SaveResult> {
    const { path, sha256 } = await this.notebooks.write(notebook);
    const body = saveBody(draft.form, draft.plan, path, sha256);
    return send(confirm ? { ...body, confirm } : body, draft.form.name, this.openbis);
  }

  private async finish(notebook: NotebookPanel, result: SaveResult): Promise<void> {
    if (result.state === 'outbox') {
      await this.openbis.refresh().catch(() => undefined); // its poll says what is wrong
    }
    tell(result, this.openbis, this.commands);
    if (result.block !== undefined && result.block !== null) {
      await this.notebooks.setBlock(notebook, result.block);
    } else {
      await this.notebooks.refresh(notebook);
    }
  }

  private plan(path: string, chosen: { owner?: string; data_set_type?: string } = {}): Promise<SavePlan> {
    return this.openbis.api.post<SavePlan>('save-plan', { path, ...chosen });
  }

  private replan(path: string, form: SaveForm, plan: SavePlan): Promise<SavePlan> {
    const elsewhere = form.owner !== null && !staysInPlace(form, plan);
    return this.plan(path, {
      data_set_type: form.dataSetType,
      ...(elsewhere && { owner: form.owner.perm_id })
    });
  }

  /** Without a session a version can only be kept here. */
  private async goesOnWithoutSession(): Promise<boolean> {
    const { state } = this.openbis.session ?? { state: 'live' };
    if (state !== 'over' && state !== 'none') {
      return true;
    }
    const answer = await askToLogIn(this.openbis.trans);
    if (answer === 'log-in') {
      await this.commands.execute('openbis:log-in');
    }
    return answer === 'keep';
  }

  private async afterNewer(notebook: NotebookPanel): Promise<boolean> {
    const details = this.notebooks.details(notebook);
    const changes = hasChanges(details, notebook.context.model.dirty);
    const answer = await askAboutNewer(details, changes, this.openbis.trans);
    if (answer === 'show') {
      if (this.commands.hasCommand('openbis:compare')) {
        const path = notebook.context.localPath;
        await this.commands.execute('openbis:compare', { path, permId: details?.newest?.perm_id ?? '' });
      } else {
        this.panel?.reveal('versions');
      }
    }
    return answer === 'save';
  }
}

function refusedFields(problem: Problem): Wrongs {
  const given = problem.document['fields'];
  if (typeof given !== 'object' || given === null) {
    return {};
  }
  return Object.fromEntries(Object.entries(given).map(([field, said]) => [field, String(said)]));
}
