/** From the click to the page: what is not saved yet is saved first, as one step (D-06, D-07). */

import { Notification } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';

import type { StandingDocument } from '../tokens.js';
import type { Tools } from '../versions/tools.js';
import { askHowToPublish, showPublished } from './dialog.js';
import type { PublishedPage } from './shapes.js';
import { begun, publishBody } from './wish.js';

/** A version that can be published; `savedFirst`: it was made just now. */
interface Chosen {
  readonly version: string;
  readonly name: string;
  readonly savedFirst: boolean;
}

/**
 * Publish a version, or the notebook at hand.
 *
 * @throws Problem - why not.
 */
export async function publish(tools: Tools, permId: string, name: string): Promise<void> {
  const { openbis, notebooks } = tools;
  const panel = notebooks.current;
  const chosen = permId
    ? { version: permId, name, savedFirst: false }
    : panel === null
      ? null
      : await saved(tools, panel);
  if (chosen === null) {
    return;
  }
  const wish = begun(chosen.name);
  const answer = await askHowToPublish(wish, chosen.version, chosen.savedFirst, openbis, tools.themes);
  if (answer === null) {
    return;
  }
  const page = await send(tools, publishBody(answer.wish, answer.version), answer.wish.title);
  await showPublished(page, openbis);
}

/** The version that shows what is on the screen; `null` where the person would not save, or could not. */
async function saved(tools: Tools, panel: NotebookPanel): Promise<Chosen | null> {
  const { notebooks } = tools;
  if (panel.context.model.dirty) {
    await notebooks.write(panel);
  }
  await notebooks.refresh(panel);
  const before = notebooks.details(panel);
  const there = ready(before);
  if (there !== null) {
    return { ...there, savedFirst: false };
  }
  await tools.app.commands.execute('openbis:save'); // it asks what it has to ask, and says what goes wrong
  await notebooks.refresh(panel);
  const now = ready(notebooks.details(panel));
  return now === null ? null : { ...now, savedFirst: now.version !== before?.version };
}

/** What openBIS has of it, if that is all; where it has a newer version than this file, that one. */
function ready(said: StandingDocument | null): { version: string; name: string } | null {
  if (said === null || said.changed || !['nothing', 'newer'].includes(said.standing)) {
    return null;
  }
  const version = said.newest?.perm_id ?? said.version;
  return version === null ? null : { version, name: said.name };
}

async function send(
  { openbis }: Tools,
  body: Readonly<Record<string, string>>,
  title: string
): Promise<PublishedPage> {
  const { api, trans } = openbis;
  const id = Notification.emit(trans.__('“%1” is being published…', title), 'in-progress', {
    autoClose: false
  });
  try {
    return await api.work<PublishedPage>('publish', body);
  } finally {
    Notification.dismiss(id);
  }
}
