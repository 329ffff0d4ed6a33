/** What may have to be asked before or while a notebook is saved. */

import { Dialog, ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { Problem } from '../api/problem.js';
import type { StandingDocument } from '../tokens.js';

export type NewerAnswer = 'save' | 'show' | 'cancel';

/** openBIS has a newer version than the one that this file comes from. */
export async function askAboutNewer(
  said: StandingDocument | null,
  changes: boolean,
  trans: TranslationBundle
): Promise<NewerAnswer> {
  const newest = said?.newest;
  const lines = [
    newest
      ? trans.__('%1 saved “%2” on %3.', newest.saved_by, newest.name, localTime(newest.saved_at))
      : trans.__('openBIS has a newer version than the one you work on.'),
    changes
      ? trans.__('If you save, your version comes after it; both are kept.')
      : trans.__('You have changed nothing since the version you work on.')
  ];
  const buttons = [
    Dialog.cancelButton({ label: trans.__('Cancel') }),
    Dialog.createButton({ label: trans.__('Show what is newer'), actions: ['show'], accept: false }),
    Dialog.okButton({ label: trans.__('Save as the next version'), actions: ['save'] })
  ];
  const { button } = await ask({
    title: trans.__('Newer version in openBIS'),
    body: new Lines(lines),
    buttons
  });
  return button.actions[0] === 'show' || button.actions[0] === 'save' ? button.actions[0] : 'cancel';
}

/** The notebook says of itself what neither this person nor this computer wrote. */
export async function askWhetherToTrust(problem: Problem, trans: TranslationBundle): Promise<boolean> {
  const given = problem.document['claims'];
  const claims = (Array.isArray(given) ? given : []) as readonly { kind?: unknown; value?: unknown }[];
  const items = claims.map(({ kind, value }) => claimed(String(kind), String(value), trans));
  const { button } = await ask({
    title: trans.__('Is that right?'),
    body: new Lines([problem.message], items),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.warnButton({ label: trans.__('Yes, save it so') })
    ],
    defaultButton: 0
  });
  return button.accept;
}

export type LogInAnswer = 'log-in' | 'keep' | 'cancel';

/** There is no session: the version can be kept until there is one. */
export async function askToLogIn(trans: TranslationBundle): Promise<LogInAnswer> {
  const { button } = await ask({
    title: trans.__('You are not logged in to openBIS'),
    body: trans.__('Log in and save then, or keep this version here: it is sent once you are logged in.'),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.createButton({ label: trans.__('Keep it here'), actions: ['keep'], accept: false }),
      Dialog.okButton({ label: trans.__('Log in'), actions: ['log-in'] })
    ]
  });
  return button.actions[0] === 'keep' || button.actions[0] === 'log-in' ? button.actions[0] : 'cancel';
}

/** A dialog whose name is its title: Lab itself names only those that show a plain text. */
function ask(
  options: Partial<Dialog.IOptions<unknown>> & { readonly title: string }
): Promise<Dialog.IResult<unknown>> {
  const dialog = new Dialog(options);
  dialog.node.setAttribute('aria-label', options.title);
  return dialog.launch();
}

function claimed(kind: string, value: string, trans: TranslationBundle): string {
  switch (kind) {
    case 'owner':
      return trans.__('It is stored in %1', value);
    case 'input':
    case 'inputs':
      return trans.__('It uses %1', value);
    case 'server':
      return trans.__('It belongs to the openBIS at %1', value);
    default:
      return `${kind}: ${value}`;
  }
}

function localTime(iso: string): string {
  const time = new Date(iso);
  return Number.isNaN(time.getTime())
    ? iso
    : time.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

class Lines extends ReactWidget {
  constructor(
    private readonly lines: readonly string[],
    private readonly items: readonly string[] = []
  ) {
    super();
    this.addClass('jp-openbis-lines');
  }

  protected override render(): React.ReactElement {
    return (
      <>
        {this.lines.map(line => (
          <p key={line}>{line}</p>
        ))}
        {this.items.length > 0 && (
          <ul>
            {this.items.map(item => (
              <li key={item}>{item}</li>
            ))}
          </ul>
        )}
      </>
    );
  }
}
