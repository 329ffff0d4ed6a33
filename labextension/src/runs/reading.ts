/** What a run and its form mean: pure, so that it can be tested without a browser. */

import type { ParameterDocument, RunDocument } from './shapes.js';

/** Whether it runs or is being saved. */
export function isAtWork(run: Pick<RunDocument, 'state'>): boolean {
  return ['running', 'stopping', 'saving'].includes(run.state);
}

/** How it ended, as a toast would colour it. */
export function tone(run: Pick<RunDocument, 'state'>): 'success' | 'warning' | 'error' | 'info' {
  switch (run.state) {
    case 'saved':
    case 'unchanged':
    case 'executed':
      return 'success';
    case 'failed':
    case 'unsaved':
    case 'interrupted':
      return 'error';
    case 'outbox':
      return 'warning';
    default:
      return 'info';
  }
}

/** Seconds as `1:02:03` or `2:03`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map(part => String(part).padStart(2, '0'));
  const hours = Math.floor(whole / 3600);
  return hours > 0 ? `${hours}:${parts.join(':')}` : `${Math.floor(whole / 60)}:${parts[1] ?? ''}`;
}

/** A value as it stands in its field. */
export function written({ kind, value }: ParameterDocument): string {
  return kind === 'json' ? JSON.stringify(value) : String(value);
}

/**
 * The values that differ from those in the notebook.
 *
 * @param typed - name → what stands in its field.
 * @returns the values, and the names of the fields that cannot be read.
 */
export function changedValues(
  parameters: readonly ParameterDocument[],
  typed: Readonly<Record<string, string>>
): { values: Record<string, unknown>; wrong: string[] } {
  const values: Record<string, unknown> = {};
  const wrong: string[] = [];
  for (const parameter of parameters) {
    const text = typed[parameter.name];
    if (text === undefined || text === written(parameter) || parameter.kind === 'code') {
      continue;
    }
    const value = read(parameter.kind, text);
    if (value === undefined) {
      wrong.push(parameter.name);
    } else {
      values[parameter.name] = value;
    }
  }
  return { values, wrong };
}

/** Minutes as typed, in seconds; `null` for none, `undefined` where that is no time. */
export function timeOut(minutes: string): number | null | undefined {
  if (minutes.trim() === '') {
    return null;
  }
  const number = Number(minutes);
  return Number.isFinite(number) && number > 0 ? number * 60 : undefined;
}

/** Milliseconds until the server is asked again. */
export function pause(runs: readonly Pick<RunDocument, 'state'>[]): number {
  return runs.some(isAtWork) ? 2_000 : 60_000;
}

function read(kind: ParameterDocument['kind'], text: string): unknown {
  if (kind === 'text') {
    return text;
  }
  if (kind === 'boolean') {
    return text === 'true';
  }
  try {
    const value: unknown = JSON.parse(text);
    return kind === 'number' && typeof value !== 'number' ? undefined : value;
  } catch {
    return undefined;
  }
}
