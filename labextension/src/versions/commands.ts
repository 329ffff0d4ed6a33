/** The commands of versions: panel, palette, menu and shortcuts lead to them (schema/plugin.json). */

import { Clipboard, InputDialog, Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { NotebookPanel } from '@jupyterlab/notebook';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { type Compared, ComparePage } from './compare.js';
import { openPage } from '../save/links.js';
import { present } from './present.js';
import { restore } from './restore.js';
import type { VersionList } from './shapes.js';
import { Commands, pathOf, type Tools } from './tools.js';
import { VersionPage } from './view.js';
import { labelOf } from './words.js';

type Args = ReadonlyPartialJSONObject;

export function addCommands(tools: Tools): void {
  const { commands } = tools.app;
  const { openbis, notebooks } = tools;
  const { trans } = openbis;
  const guarded = (work: (args: Args) => Promise<void>) => (args: Args) =>
    work(args).catch((error: unknown) => openbis.fail(error));

  commands.addCommand(Commands.view, {
    label: trans.__('Look at This Version'),
    isEnabled: args => text(args, 'permId') !== '',
    execute: args => {
      const page = new VersionPage(tools, text(args, 'permId'), text(args, 'path'));
      present(tools, page, trans.__('Version “%1”', text(args, 'name') || text(args, 'permId')));
    }
  });
  commands.addCommand(Commands.changes, {
    label: trans.__('What Changed Since the Last Version'),
    caption: trans.__('Inputs, parameters and cells of this notebook, beside the version that it comes from'),
    isEnabled: () => isKnown(tools),
    execute: guarded(() => compareFile(tools, '', ''))
  });
  commands.addCommand(Commands.compare, {
    label: args =>
      args['choose'] === true
        ? trans.__('Compare with Another Version…')
        : text(args, 'permId') === ''
          ? trans.__('Compare with a Version…')
          : trans.__('Compare with This File'),
    caption: trans.__('Inputs, parameters, environment and cells side by side'),
    isEnabled: args => text(args, 'permId') !== '' || isKnown(tools),
    execute: guarded(args => compare(tools, args))
  });
  commands.addCommand(Commands.restore, {
    label: trans.__('Restore as a New File'),
    caption: trans.__('Beside the notebook at hand, which stays as it is'),
    isEnabled: args => text(args, 'permId') !== '',
    execute: guarded(args => restore(tools, text(args, 'permId'), text(args, 'path')))
  });
  commands.addCommand(Commands.copyId, {
    label: trans.__('Copy permId'),
    isEnabled: args => text(args, 'permId') !== '',
    execute: args => {
      Clipboard.copyToSystem(text(args, 'permId'));
      Notification.info(trans.__('%1 is in the clipboard.', text(args, 'permId')), { autoClose: 3_000 });
    }
  });
  commands.addCommand(Commands.openVersion, {
    label: args => (args['library'] === true ? trans.__('Open in the Library') : trans.__('Open in the ELN')),
    isEnabled: args => text(args, 'link') !== '',
    execute: args => openPage(text(args, 'link'))
  });
  notebooks.standingChanged.connect(() => commands.notifyCommandChanged(Commands.changes));
  notebooks.currentChanged.connect(() => commands.notifyCommandChanged(Commands.changes));
}

function text(args: Args, name: string): string {
  const value = args[name];
  return typeof value === 'string' ? value : '';
}

/** Whether openBIS knows the notebook at hand. */
function isKnown({ notebooks }: Tools): boolean {
  return notebooks.current !== null && Boolean(notebooks.details(notebooks.current)?.notebook_id);
}

async function compare(tools: Tools, args: Args): Promise<void> {
  const base = text(args, 'permId');
  const other = text(args, 'other');
  if (other !== '') {
    show(tools, inOrder(base, other, text(args, 'path')), '');
  } else if (args['choose'] === true || base === '') {
    const chosen = await choose(tools, base, text(args, 'path'));
    if (chosen !== null) {
      await (base === ''
        ? compareFile(tools, chosen, text(args, 'path'))
        : compare(tools, { permId: base, other: chosen, path: text(args, 'path') }));
    }
  } else {
    await compareFile(tools, base, text(args, 'path'));
  }
}

/** From the earlier to the later one; permIds begin with their time. */
function inOrder(one: string, two: string, path: string): Compared {
  const [base, other] = [one, two].sort();
  return { base: base ?? one, other: other ?? two, ...(path ? { path } : {}) };
}

/**
 * A notebook beside a version; unsaved changes are written first, as a save does (N-42).
 *
 * @param base - by default the version that the file comes from.
 * @param path - of the notebook; empty for the one at hand.
 */
async function compareFile(tools: Tools, base: string, path: string): Promise<void> {
  const panel = path ? tools.documents.findWidget(path) : tools.notebooks.current;
  if (panel instanceof NotebookPanel && panel.context.model.dirty) {
    await tools.notebooks.write(panel);
  }
  const file = path || (panel instanceof NotebookPanel ? pathOf(tools, panel) : '');
  if (file !== '') {
    show(tools, base === '' ? { path: file } : { path: file, base }, PathExt.basename(file));
  }
}

function show(tools: Tools, compared: Compared, fileName: string): void {
  present(tools, new ComparePage(tools, compared, fileName), tools.openbis.trans.__('What changed'));
}

/** Another version of the notebook at hand, or of the one that `permId` belongs to. */
async function choose(tools: Tools, permId: string, path: string): Promise<string | null> {
  const { api, trans } = tools.openbis;
  const panel = tools.notebooks.current;
  const of = permId ? { notebook: permId } : { path: path || (panel ? pathOf(tools, panel) : '') };
  const found = await api.get<VersionList>('versions', of);
  const others = found.versions.filter(version => version.perm_id !== permId);
  const labels = others.map(version => `${labelOf(version, trans)} (${version.perm_id})`);
  const answer = await InputDialog.getItem({
    title: trans.__('Compare with Which Version?'),
    items: labels,
    okLabel: trans.__('Compare')
  });
  const place = answer.value === null ? -1 : labels.indexOf(answer.value);
  return others[place]?.perm_id ?? null;
}
