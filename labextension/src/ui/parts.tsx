/** Parts that sections of the panel and dialogs are put together from. */

import { type LabIcon, linkIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { createContext, useContext } from 'react';

import { Problem } from '../api/problem.js';
import type { SessionDocument } from '../api/shapes.js';
import { share, webAddress } from './format.js';

/** Grey lines where text will be. */
export function Skeleton({ lines, label }: { lines: number; label: string }): React.ReactElement {
  return (
    <div className="jp-openbis-skeleton" role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} />
      ))}
    </div>
  );
}

/** Nothing is there: what that means, and what can be done. */
export function Empty({
  text,
  hint,
  children
}: {
  text: string;
  hint?: string;
  children?: React.ReactNode;
}): React.ReactElement {
  return (
    <div className="jp-openbis-empty">
      <p>{text}</p>
      {hint ? <p className="jp-openbis-quiet">{hint}</p> : null}
      {children ? <div className="jp-openbis-buttons">{children}</div> : null}
    </div>
  );
}

/** The state of the session that a head above shows, with what to do; `null` where there is no such head. */
export const HeadShows = createContext<SessionDocument['state'] | null>(null);

/** A short word where the whole, with its button, stands in the head: each section would say the same. */
export function useKnown(error: unknown, trans: TranslationBundle): string | null {
  const state = useContext(HeadShows);
  if (state === null || !(error instanceof Problem)) {
    return null;
  }
  if (error.isNotLoggedIn) {
    return trans.__('Log in to see this.');
  }
  return state === 'unknown' && error.isAway ? trans.__('openBIS does not answer.') : null;
}

/** Something went wrong: what, the next step, and a button to try again. */
export function Trouble({
  error,
  trans,
  again
}: {
  error: unknown;
  trans: TranslationBundle;
  again?: () => void;
}): React.ReactElement {
  const problem = error instanceof Problem ? error : new Problem(String(error), 0);
  const known = useKnown(problem, trans);
  if (known !== null) {
    return <p className="jp-openbis-quiet">{known}</p>;
  }
  return (
    <div className="jp-openbis-trouble" role="alert">
      <p>{problem.message}</p>
      {problem.nextStep ? <p className="jp-openbis-quiet">{problem.nextStep}</p> : null}
      {again ? (
        <div className="jp-openbis-buttons">
          <TextButton label={trans.__('Try again')} onClick={again} />
        </div>
      ) : null}
    </div>
  );
}

/** A button with words. */
export function TextButton({
  label,
  onClick,
  primary = false,
  disabled = false,
  icon: Icon,
  hint
}: {
  label: string;
  onClick: () => void;
  primary?: boolean;
  disabled?: boolean;
  icon?: LabIcon;
  hint?: string;
}): React.ReactElement {
  return (
    <button
      type="button"
      className={`jp-openbis-button ${primary ? 'jp-mod-primary' : ''}`}
      disabled={disabled}
      title={hint}
      onClick={onClick}
    >
      {Icon ? <Picture icon={Icon} /> : null}
      {label}
    </button>
  );
}

/** A button with a picture; its words are for screen readers and the tooltip. */
export function IconButton({
  label,
  icon,
  onClick,
  disabled = false,
  tabIndex = 0
}: {
  label: string;
  icon: LabIcon;
  onClick: (event: React.MouseEvent) => void;
  disabled?: boolean;
  tabIndex?: number;
}): React.ReactElement {
  return (
    <button
      type="button"
      className="jp-openbis-icon-button"
      aria-label={label}
      title={label}
      disabled={disabled}
      tabIndex={tabIndex}
      onClick={onClick}
    >
      <Picture icon={icon} />
    </button>
  );
}

/** A picture beside words that say the same. */
export function Picture({ icon, className = '' }: { icon: LabIcon; className?: string }): React.ReactElement {
  return (
    <span className={`jp-openbis-picture ${className}`} aria-hidden="true">
      <icon.react tag={null} />
    </span>
  );
}

/** A link to another page, if it is one that a browser may be sent to. */
export function PageLink({
  address,
  children
}: {
  address: string | null | undefined;
  children: React.ReactNode;
}): React.ReactElement | null {
  const href = webAddress(address);
  return href === null ? null : (
    <a className="jp-openbis-link" href={href} target="_blank" rel="noreferrer noopener">
      {children}
      <Picture icon={linkIcon} />
    </a>
  );
}

/** How far it is. */
export function Bar({
  label,
  done,
  total
}: {
  label: string;
  done: number;
  total: number;
}): React.ReactElement {
  return (
    <div className="jp-openbis-progress">
      <progress aria-label={label} max={1} {...(total > 0 ? { value: share(done, total) } : {})} />
      <span className="jp-openbis-quiet">{label}</span>
    </div>
  );
}
