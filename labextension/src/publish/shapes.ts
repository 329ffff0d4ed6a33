/** What the routes of publishing answer (docs/reference/server-api.md). Names are as on the wire. */

export type Follow = 'latest' | 'pinned';
export type Code = 'shown' | 'hidden';

export interface DashboardStub {
  readonly id: string;
  readonly title: string;
}

export interface VersionStub {
  readonly perm_id: string;
  readonly name: string;
  readonly saved_at: string | null;
  readonly saved_by: string;
}

/** `POST publish-plan`: what would be seen, and by whom. */
export interface PublishPlan {
  readonly title: string;
  readonly version: VersionStub;
  readonly author: string;
  readonly visible_to: {
    readonly text: string;
    /** User id and role, where the person may ask for them. */
    readonly people: readonly (readonly [string, string])[] | null;
  };
  readonly contains: {
    readonly cells: number;
    readonly images: number;
    readonly code: boolean;
    readonly size: number;
  };
  readonly redactions: readonly { readonly kind: string; readonly place: string; readonly count: number }[];
  readonly warnings: readonly string[];
  readonly dashboards: readonly DashboardStub[];
  /** Ids of the pages of this notebook that there are. */
  readonly pages: readonly string[];
  readonly may: { readonly publish: { readonly allowed: boolean; readonly reason: string } };
}

/** `POST publish`: the page, as far as it is told here. */
export interface PublishedPage {
  readonly id: string;
  readonly title: string;
  readonly link: string;
}

/** `GET publishing`. */
export interface Availability {
  readonly available: boolean;
  readonly message: string;
  readonly next_step: string;
}
