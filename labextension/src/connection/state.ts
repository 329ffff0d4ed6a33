/** What a session document means for people. */

import type { SessionDocument } from '../api/shapes.js';

const MINUTE = 60_000;
/** Milliseconds between two looks while a log-in elsewhere is awaited. */
const SOON = 5_000;

/** The host of an address, or the address itself where it is none. */
export function hostOf(server: string): string {
  return URL.canParse(server) ? new URL(server).host : server;
}

/** Who is there, and at which openBIS. */
export function who(session: SessionDocument): string {
  const name = session.display_name ?? session.user_id;
  const where = session.several && session.name ? session.name : hostOf(session.server);
  return session.state === 'live' && name ? `${name} · ${where}` : where;
}

/** Whole minutes that a live session still has; `null` where its end is not known. */
export function minutesLeft(session: SessionDocument | null, now: number): number | null {
  if (session?.state !== 'live' || session.valid_until === null) {
    return null;
  }
  const end = Date.parse(session.valid_until);
  return Number.isNaN(end) ? null : Math.max(0, Math.ceil((end - now) / MINUTE));
}

/** What stands at the top of a notebook: nothing, that the session ends soon, or that it is over. */
export type Banner = { readonly kind: 'over' } | { readonly kind: 'ending'; readonly minutes: number } | null;

/** `warnBefore` is in minutes; 0 never warns. */
export function bannerOf(session: SessionDocument | null, now: number, warnBefore: number): Banner {
  if (session?.state === 'over') {
    return { kind: 'over' };
  }
  const minutes = minutesLeft(session, now);
  return minutes !== null && minutes <= warnBefore && warnBefore > 0 ? { kind: 'ending', minutes } : null;
}

/** Milliseconds until the next look: soon where the person may be logging in in another tab. */
export function lookAgainIn(session: SessionDocument | null, usual: number): number {
  return session?.state === 'over' && session.under_hub ? Math.min(SOON, usual) : usual;
}
