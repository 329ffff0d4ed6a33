/** What the plugins of this extension give each other. */

import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type { ReactElement } from 'react';

import type { Api } from './api/client.js';
import type { SettingValues } from './settings/values.js';
import type { SessionDocument } from './api/shapes.js';

/** The openBIS of this Jupyter server: its routes, and whose session it holds. */
export interface IOpenBIS {
  readonly api: Api;
  readonly trans: TranslationBundle;
  /** What is known of the session; `null` until the server has answered once. */
  readonly session: SessionDocument | null;
  readonly sessionChanged: ISignal<IOpenBIS, SessionDocument | null>;
  /** Ask the server again. */
  refresh(): Promise<void>;
  /** Show what went wrong as a toast with the next step; a session that is over is noticed, too. */
  fail(error: unknown): void;
}

/** What the person has set for this extension (schema/plugin.json); the defaults until it is known. */
export interface IOpenBISSettings {
  readonly values: SettingValues;
  readonly changed: ISignal<IOpenBISSettings, SettingValues>;
}

export const IOpenBISSettings = new Token<IOpenBISSettings>(
  'openbis-nb:IOpenBISSettings',
  'The settings of openBIS in JupyterLab.'
);

export const IOpenBIS = new Token<IOpenBIS>('openbis-nb:IOpenBIS', 'openBIS as this Jupyter server sees it.');

/** How a notebook stands towards openBIS (rows 42 and 84 of the feature table). */
export type Standing =
  | 'nowhere' // it was never saved to openBIS
  | 'nothing' // openBIS has just this content
  | 'changed' // there is something to save
  | 'newer' // openBIS has a newer version than this file comes from
  | 'unknown'; // openBIS could not be asked, or nobody has asked yet

/** The notebooks that are open, and how each stands. */
export interface INotebooks {
  /** The one that the person looks at. */
  readonly current: NotebookPanel | null;
  readonly currentChanged: ISignal<INotebooks, NotebookPanel | null>;
  standing(panel: NotebookPanel): Standing;
  /** What the server said of it last (`GET standing`); `null` until it has. */
  details(panel: NotebookPanel): StandingDocument | null;
  readonly standingChanged: ISignal<INotebooks, NotebookPanel>;
  /** Ask the server again how it stands, after a save or when something at openBIS has changed. */
  refresh(panel: NotebookPanel): Promise<void>;
  /** Save the document to its file; its path, and the SHA-256 of the file that the server then has. */
  write(panel: NotebookPanel): Promise<{ path: string; sha256: string }>;
  /** Put the identity block into the shared document and save the file (design D12). */
  setBlock(panel: NotebookPanel, block: unknown): Promise<void>;
}

export const INotebooks = new Token<INotebooks>(
  'openbis-nb:INotebooks',
  'Open notebooks and how they stand.'
);

/** `GET standing?path=` */
export interface StandingDocument {
  readonly standing: Standing;
  readonly notebook_id: string | null;
  readonly name: string;
  readonly owner: { readonly kind: string; readonly perm_id: string; readonly identifier: string } | null;
  /** The version that the file comes from, and the newest one that counts. */
  readonly version: string | null;
  readonly newest: VersionStub | null;
  /** Whether there is something to save; beside `newer` and `unknown`, which do not say. */
  readonly changed: boolean;
  readonly page: string | null;
  readonly eln_link: string | null;
  /** Why it is unknown, and what to do. */
  readonly message?: string;
  readonly next_step?: string;
  /** Of the file that the server has, in hex; not every server's Contents API tells. */
  readonly sha256?: string;
}

export interface VersionStub {
  readonly perm_id: string;
  readonly name: string;
  readonly saved_at: string;
  readonly saved_by: string;
}

/** A section of the side panel; each plugin brings its own. */
export interface ISection {
  readonly id: string;
  readonly title: string;
  /** Sections stand in the order of their ranks. */
  readonly rank: number;
  /** Whether it needs a notebook; such a section is hidden where none is open. */
  readonly needsNotebook: boolean;
  /** Whether it makes sense without a session of openBIS; others are hidden until somebody is logged in. */
  readonly offline?: boolean;
  /** Whether it is folded until the person opens it. */
  readonly folded?: boolean;
  /** It is mounted only while the panel is seen and the section is open. */
  readonly Body: (props: SectionProps) => ReactElement | null;
  /** Buttons at the right of its heading. */
  readonly Actions?: (props: SectionProps) => ReactElement | null;
}

export interface SectionProps {
  /** The notebook at hand; `null` only in sections that need none. */
  readonly notebook: NotebookPanel | null;
}

export interface IOpenBISPanel {
  addSection(section: ISection): void;
  /** Show the panel, and open this section. */
  reveal(sectionId?: string): void;
  /** The person wants everything asked for again. */
  readonly refreshed: ISignal<IOpenBISPanel, undefined>;
  /** Ask for everything again. */
  refresh(): void;
}

export const IOpenBISPanel = new Token<IOpenBISPanel>(
  'openbis-nb:IOpenBISPanel',
  'The side panel of openBIS.'
);

/** A space, project, experiment or object, as the routes say it. */
export interface Entity {
  readonly kind: 'space' | 'project' | 'experiment' | 'object';
  readonly perm_id: string;
  readonly code: string;
  readonly identifier: string;
  readonly name: string;
  readonly type: string;
}

export interface PickOptions {
  /** Of the dialog; else it asks where to store. */
  readonly title?: string;
  /** Of its button. */
  readonly accept?: string;
  /** Path of the notebook that it is about, which says at which openBIS; else the default one. */
  readonly path?: string;
}

/** Where something is to be stored: an experiment or object, chosen from the tree of openBIS. */
export interface IPlacePicker {
  /** Ask; `null` where the person leaves it. */
  pick(options?: PickOptions): Promise<Entity | null>;
  /** Places chosen before, the last one first (at most five); somebody else's are not among them. */
  recent(): Promise<readonly Entity[]>;
  /** Note that something was stored there, so that it is offered again. */
  remember(place: Entity): Promise<void>;
}

export const IPlacePicker = new Token<IPlacePicker>(
  'openbis-nb:IPlacePicker',
  'Chooses an experiment or object of openBIS.'
);

/** What runs in the background on this server. */
export interface IRuns {
  /** How many run or are being saved. */
  readonly atWork: number;
}

export const IRuns = new Token<IRuns>('openbis-nb:IRuns', 'Runs notebooks in the background.');
