/** An error as the server says it: problem JSON (RFC 9457) with the next step for the person. */

/** What a route answers when something is wrong. */
export interface ProblemDocument {
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly next_step?: string;
  readonly login_url?: string;
  readonly [extra: string]: unknown;
}

/** The `code` of a problem that a log-in solves. */
const NOT_LOGGED_IN = 'not-logged-in';

/** The `code`s of a problem that is over when openBIS answers again. */
const AWAY: readonly string[] = ['openbis-unreachable', 'openbis-timeout', 'openbis-failure'];

/** A call that failed: `message` for people, `nextStep` what they can do, `code` for programs. */
export class Problem extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly document: ProblemDocument = {}
  ) {
    super(message);
    this.name = 'Problem';
  }

  get code(): string {
    return this.document.code ?? '';
  }

  get isNotLoggedIn(): boolean {
    return this.code === NOT_LOGGED_IN;
  }

  get isAway(): boolean {
    return AWAY.includes(this.code);
  }

  get nextStep(): string {
    return this.document.next_step ?? '';
  }
}
