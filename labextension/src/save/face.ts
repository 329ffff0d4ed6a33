/** What the button in the toolbar of a notebook shows, and what a click on it begins. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { SessionDocument } from '../api/shapes.js';
import type { Standing, StandingDocument } from '../tokens.js';

export type FaceName = 'saved' | 'save' | 'newer' | 'log-in' | 'unknown';

export interface Face {
  readonly name: FaceName;
  /** Short, beside the icon. */
  readonly label: string;
  /** One sentence. */
  readonly tip: string;
}

/** Without a session nothing else matters; that openBIS does not answer is said, and a save is kept then. */
export function face(
  standing: Standing,
  said: StandingDocument | null,
  session: SessionDocument | null,
  trans: Pick<TranslationBundle, '__'>
): Face {
  if (session?.state === 'over' || session?.state === 'none') {
    const tip = trans.__('You are not logged in to openBIS.');
    return { name: 'log-in', label: trans.__('Log in to openBIS'), tip };
  }
  switch (standing) {
    case 'nothing':
      return {
        name: 'saved',
        label: trans.__('Saved in openBIS'),
        tip: trans.__('openBIS has just this content.')
      };
    case 'newer':
      return { name: 'newer', label: trans.__('Newer version in openBIS'), tip: newer(said, trans) };
    case 'changed':
      return {
        name: 'save',
        label: trans.__('Save to openBIS'),
        tip: trans.__('There are changes that openBIS does not have.')
      };
    case 'nowhere':
      return {
        name: 'save',
        label: trans.__('Save to openBIS'),
        tip: trans.__('This notebook is not in openBIS yet.')
      };
    case 'unknown':
      return {
        name: 'unknown',
        label: trans.__('Save to openBIS'),
        tip: said?.message ?? trans.__('How this notebook stands in openBIS is not known yet.')
      };
  }
}

function newer(said: StandingDocument | null, trans: Pick<TranslationBundle, '__'>): string {
  return said?.newest
    ? trans.__('%1 has saved a newer version than the one you work on.', said.newest.saved_by)
    : trans.__('openBIS has a newer version than the one you work on.');
}
