/** The person's connections, as the dialog works on them. */

import { type ISignal, Signal } from '@lumino/signaling';

import { Problem } from '../api/problem.js';
import type { ConnectionDocument, ConnectionsDocument, Home, JobDocument } from '../api/shapes.js';
import type { IOpenBIS } from '../tokens.js';

/** A log-in through a hub that waits for its person. */
export interface HubLogIn {
  readonly name: string;
  readonly address: string;
  /** What the hub's page must show, too. */
  readonly code: string;
  /** Whether the browser brings the answer by itself; else the person copies it. */
  readonly byBrowser: boolean;
}

/** Hosts by which a browser names its own computer. */
const THIS_COMPUTER = ['localhost', '127.0.0.1', '[::1]'];

export class Connections {
  list: ConnectionsDocument | null = null;
  /** The connection whose log-in form is shown. */
  open: string | null = null;
  adding = false;
  busy = false;
  trouble: Problem | null = null;
  waiting: HubLogIn | null = null;
  private readonly told = new Signal<this, undefined>(this);
  private readonly entered = new Signal<this, string>(this);

  constructor(private readonly openbis: IOpenBIS) {}

  get changed(): ISignal<this, undefined> {
    return this.told;
  }

  /** Somebody has logged in; the name of the connection. */
  get loggedIn(): ISignal<this, string> {
    return this.entered;
  }

  /** Ask for the list; with `open` show a log-in form: that of the connection at hand, or for a new one. */
  async load(open = false): Promise<void> {
    await this.work(async () => {
      this.list = await this.openbis.api.get<ConnectionsDocument>('connections');
      this.adding = this.list.connections.length === 0 && !this.list.under_hub;
      if (open && !this.list.under_hub) {
        this.open = (this.find(this.openbis.session?.name) ?? this.usual())?.name ?? null;
      }
    });
  }

  show(name: string | null): void {
    this.open = name;
    this.adding = false;
    this.trouble = null;
    this.tell();
  }

  showNew(adding: boolean): void {
    this.adding = adding;
    this.open = null;
    this.trouble = null;
    this.tell();
  }

  async add(name: string, url: string): Promise<void> {
    await this.work(async () => {
      const before = new Set(this.list?.connections.map(one => one.name));
      this.list = await this.openbis.api.post<ConnectionsDocument>('connections', { name, url });
      this.adding = false;
      this.open = this.list.connections.find(one => !before.has(one.name))?.name ?? null;
    });
  }

  async remove(name: string): Promise<void> {
    await this.work(async () => {
      this.list = await this.openbis.api.delete<ConnectionsDocument>(at(name));
      this.adding = this.list.connections.length === 0;
      this.open = null;
    });
  }

  async use(name: string): Promise<void> {
    await this.work(async () => {
      this.list = await this.openbis.api.post<ConnectionsDocument>(at(name, 'use'));
    });
  }

  async logOut(name: string): Promise<void> {
    await this.work(async () => {
      await this.openbis.api.post(at(name, 'log-out'));
      this.list = await this.openbis.api.get<ConnectionsDocument>('connections');
    });
  }

  /** The password goes to the server and is kept nowhere. */
  async logIn(name: string, user: string, password: string, keep: Home): Promise<void> {
    await this.work(async () => {
      await this.openbis.api.post(at(name, 'log-in'), { user, password, keep });
      await this.enter(name);
    });
  }

  async logInByHub(name: string, hubUrl: string, keep: Home): Promise<void> {
    await this.work(async () => {
      const browser = THIS_COMPUTER.includes(window.location.hostname);
      const begun = await this.openbis.api.post<{
        readonly address: string;
        readonly code: string;
        readonly job: JobDocument;
      }>(at(name, 'log-in-web'), { hub_url: hubUrl, keep, browser });
      this.waiting = { name, address: begun.address, code: begun.code, byBrowser: browser };
      void this.await(name, begun.job);
    });
  }

  /** The code that the hub's page has shown. */
  async bringCode(name: string, code: string): Promise<void> {
    await this.work(() => this.openbis.api.post(at(name, 'log-in-web/code'), { code }));
  }

  usual(): ConnectionDocument | undefined {
    return this.list?.connections.find(one => one.default) ?? this.list?.connections[0];
  }

  private find(name: string | undefined): ConnectionDocument | undefined {
    return this.list?.connections.find(one => one.name === name);
  }

  private async await(name: string, job: JobDocument): Promise<void> {
    await this.work(async () => {
      await this.openbis.api.follow(job).finally(() => {
        this.waiting = null;
      });
      await this.enter(name);
    }, false);
  }

  private async enter(name: string): Promise<void> {
    this.open = null;
    this.list = await this.openbis.api.get<ConnectionsDocument>('connections');
    this.entered.emit(name);
  }

  /** What goes wrong is shown in the dialog, which stays as it is. */
  private async work(todo: () => Promise<unknown>, busy = true): Promise<void> {
    this.busy = busy;
    this.trouble = null;
    this.tell();
    try {
      await todo();
      await this.openbis.refresh();
    } catch (error) {
      this.trouble = error instanceof Problem ? error : new Problem(String(error), 0);
    } finally {
      this.busy = false;
      this.tell();
    }
  }

  private tell(): void {
    this.told.emit(undefined);
  }
}

function at(name: string, what = ''): string {
  return `connections/${encodeURIComponent(name)}${what ? `/${what}` : ''}`;
}
