/** What a part of the page asks the server for: the answer, that it is under way, or why there is none. */

import type { ISignal } from '@lumino/signaling';
import { useCallback, useEffect, useRef, useState } from 'react';

export interface Asked<T> {
  /** The last answer; it stays while the next one is under way. */
  readonly value: T | null;
  readonly error: unknown;
  readonly busy: boolean;
  readonly again: () => void;
}

/** Answers that are shown while the same question is asked again. */
const seen = new Map<string, unknown>();
const MOST_SEEN = 50;

/**
 * Ask, and ask again when the question changes.
 *
 * @param question - names what is asked for; `null` asks nothing.
 * @param ask - gets it.
 * @param news - the same question is asked again when this changes.
 */
export function useAsked<T>(
  question: string | null,
  ask: () => Promise<T>,
  news: string | number = 0
): Asked<T> {
  const [, redraw] = useState(0);
  const [turn, setTurn] = useState(0);
  const failed = useRef<{ question: string; error: unknown } | null>(null);
  const busy = useRef(false);
  useEffect(() => {
    if (question === null) {
      return undefined;
    }
    let wanted = true;
    busy.current = true;
    ask()
      .then(
        value => {
          remember(question, value);
          if (wanted) {
            failed.current = null;
          }
        },
        (error: unknown) => {
          if (wanted) {
            failed.current = { question, error };
          }
        }
      )
      .finally(() => {
        if (wanted) {
          busy.current = false;
          redraw(count => count + 1);
        }
      });
    redraw(count => count + 1);
    return () => {
      wanted = false;
    };
  }, [question, turn, news]);
  const again = useCallback(() => setTurn(count => count + 1), []);
  const failure = failed.current;
  const error = failure !== null && failure.question === question ? failure.error : undefined;
  const value = question === null ? null : ((seen.get(question) as T | undefined) ?? null);
  return { value, error, busy: busy.current, again };
}

/** Draw again whenever the signal says something; how often it has. */
export function useNews(signal: ISignal<unknown, unknown>): number {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const heard = (): void => setTurn(count => count + 1);
    signal.connect(heard);
    return () => void signal.disconnect(heard);
  }, [signal]);
  return turn;
}

/** Forget all answers: they were another person's, or another openBIS'. */
export function forgetAnswers(): void {
  seen.clear();
}

function remember(question: string, value: unknown): void {
  seen.delete(question);
  seen.set(question, value);
  for (const oldest of seen.keys()) {
    if (seen.size <= MOST_SEEN) {
      break;
    }
    seen.delete(oldest);
  }
}
