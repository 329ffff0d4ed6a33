/** Calls of this server's own routes (`openbis/api/v1/…`); what goes wrong is a {@link Problem}. */

import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import { Problem, type ProblemDocument } from './problem.js';
import type { JobDocument } from './shapes.js';

const BASE = 'openbis/api/v1';
/** Seconds that one request waits for the end of a job before it is asked again. */
const WAIT = 10;

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export class Api {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  /** Read `path` below `openbis/api/v1/`. */
  get<T>(path: string, query: Query = {}): Promise<T> {
    return this.call<T>('GET', path, query);
  }

  /** Write: `body` goes as JSON. */
  post<T>(path: string, body: unknown = {}, query: Query = {}): Promise<T> {
    return this.call<T>('POST', path, query, body);
  }

  delete<T>(path: string, query: Query = {}): Promise<T> {
    return this.call<T>('DELETE', path, query);
  }

  /**
   * Start work that may take long, and follow it to its end.
   *
   * @param told - is called with what the work says of itself, at least once.
   * @returns its result.
   * @throws Problem - why it failed.
   */
  async work<T, P = unknown>(
    path: string,
    body: unknown,
    told: (progress: P) => void = () => undefined
  ): Promise<T> {
    return this.follow<T, P>(await this.post<JobDocument<T, P>>(path, body, { wait: 0.3 }), told);
  }

  /** Follow a job that was started before. */
  async follow<T, P = unknown>(
    job: JobDocument<T, P>,
    told: (progress: P) => void = () => undefined
  ): Promise<T> {
    let seen = job;
    let wait = 0.5;
    while (seen.state === 'running') {
      told(seen.progress);
      seen = await this.get<JobDocument<T, P>>(`jobs/${encodeURIComponent(job.id)}`, { wait });
      wait = Math.min(wait * 2, WAIT);
    }
    return seen.result as T;
  }

  private async call<T>(method: string, path: string, query: Query, body?: unknown): Promise<T> {
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const asked = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
    const url = URLExt.join(this.settings.baseUrl, BASE, path) + (asked ? `?${asked}` : '');
    const request: RequestInit = { method, cache: 'no-store' };
    if (body !== undefined) {
      request.body = JSON.stringify(body);
      request.headers = { 'Content-Type': 'application/json' };
    }
    let answer: Response;
    try {
      answer = await ServerConnection.makeRequest(url, request, this.settings);
    } catch (error) {
      throw new Problem('Your Jupyter server does not answer.', 0, {
        code: 'server_away',
        next_step: 'Check that it runs, and your network; then try again.',
        cause: String(error)
      });
    }
    const text = await answer.text();
    const said = parsed(text);
    if (!answer.ok) {
      throw problemOf(answer.status, said);
    }
    return said as T;
  }
}

function parsed(text: string): unknown {
  if (!text) {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function problemOf(status: number, said: unknown): Problem {
  const document = (typeof said === 'object' && said !== null ? said : {}) as ProblemDocument;
  const message = document.detail ?? (document['message'] as string | undefined);
  return new Problem(message ?? `Your Jupyter server answered ${status}.`, status, document);
}
