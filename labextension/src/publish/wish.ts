/** What a person chooses of a page, and what is sent; nothing here needs a browser. */

import type { TranslationBundle } from '@jupyterlab/translation';

import { humanSize, humanTime } from '../ui/format.js';
import type { Code, Follow, PublishPlan } from './shapes.js';

/** Stands for a dashboard that is to be made. */
export const NEW_BOARD = 'new';

export interface Wish {
  readonly title: string;
  readonly follow: Follow;
  readonly code: Code;
  /** Id of a dashboard, {@link NEW_BOARD}, or empty for none. */
  readonly board: string;
  readonly boardTitle: string;
  /** The last day, `2026-12-31`, or empty for none. */
  readonly lastDay: string;
}

export function begun(title: string): Wish {
  return { title, follow: 'latest', code: 'hidden', board: '', boardTitle: '', lastDay: '' };
}

/** Fields that cannot be so; `today` as `2026-11-21`. */
export function wrongs(wish: Wish, today: string): readonly (keyof Wish)[] {
  return [
    ...(wish.title.trim() === '' ? (['title'] as const) : []),
    ...(wish.board === NEW_BOARD && wish.boardTitle.trim() === '' ? (['boardTitle'] as const) : []),
    ...(wish.lastDay !== '' && wish.lastDay < today ? (['lastDay'] as const) : [])
  ];
}

/** The end of the last day where the person is. */
export function endOf(lastDay: string): string | null {
  const [year, month, day] = lastDay.split('-').map(Number);
  return lastDay === '' ? null : new Date(year ?? 0, (month ?? 1) - 1, (day ?? 1) + 1).toISOString();
}

/** The body of `POST publish`, for just the version that was shown. */
export function publishBody(wish: Wish, version: string): Record<string, string> {
  const ends = endOf(wish.lastDay);
  return {
    version,
    title: wish.title.trim(),
    follow: wish.follow,
    code: wish.code,
    ...(ends === null ? {} : { ends_at: ends }),
    ...(wish.board === NEW_BOARD
      ? { new_dashboard: wish.boardTitle.trim() }
      : wish.board
        ? { dashboard: wish.board }
        : {})
  };
}

type Words = Pick<TranslationBundle, '__' | '_n'>;

/** What is in the page, in one line. */
export function contents(plan: PublishPlan, trans: Words): string {
  const { cells, images, code, size } = plan.contains;
  return [
    trans._n('%1 cell', '%1 cells', cells),
    images > 0 ? trans._n('%1 picture', '%1 pictures', images) : '',
    code ? trans.__('with code') : trans.__('without code'),
    humanSize(size)
  ]
    .filter(Boolean)
    .join(', ');
}

/** Which version it is. */
export function ofVersion(plan: PublishPlan, trans: Words, locale?: string): string {
  const { saved_at: savedAt, saved_by: savedBy } = plan.version;
  return trans.__('saved %1 by %2', humanTime(savedAt, locale), savedBy);
}
