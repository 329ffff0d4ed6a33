/** One foldable section: heading, its buttons, and its body while it is open. */

import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import type { NotebookPanel } from '@jupyterlab/notebook';
import React from 'react';

import { Problem } from '../api/problem.js';
import type { IOpenBIS, ISection } from '../tokens.js';
import { Picture, Trouble } from '../ui/parts.js';

export interface SectionFrameProps {
  readonly section: ISection;
  readonly notebook: NotebookPanel | null;
  readonly open: boolean;
  readonly openbis: IOpenBIS;
  readonly fold: (open: boolean) => void;
}

export function SectionFrame(props: SectionFrameProps): React.ReactElement {
  const { section, notebook, open, openbis, fold } = props;
  const { Body, Actions } = section;
  const body = `jp-openbis-body-${section.id}`;
  const key = notebook?.id ?? '';
  return (
    <section
      className={`jp-openbis-section jp-openbis-section-${section.id}`}
      aria-labelledby={`${body}-title`}
    >
      <div className="jp-openbis-section-head">
        <h2>
          <button
            type="button"
            id={`${body}-title`}
            aria-expanded={open}
            aria-controls={body}
            onClick={() => fold(!open)}
          >
            <Picture icon={open ? caretDownIcon : caretRightIcon} />
            {section.title}
          </button>
        </h2>
        {open && Actions ? (
          <div className="jp-openbis-section-actions">
            <Guarded key={key} openbis={openbis}>
              <Actions notebook={notebook} />
            </Guarded>
          </div>
        ) : null}
      </div>
      <div id={body} className="jp-openbis-section-body" hidden={!open}>
        {open ? (
          <Guarded key={key} openbis={openbis}>
            <Body notebook={notebook} />
          </Guarded>
        ) : null}
      </div>
    </section>
  );
}

interface GuardedProps {
  readonly openbis: IOpenBIS;
  readonly children: React.ReactNode;
}

/** A section that breaks takes no other one with it. */
class Guarded extends React.Component<GuardedProps, { broken: Error | null }> {
  override state: { broken: Error | null } = { broken: null };

  static getDerivedStateFromError(broken: Error): { broken: Error } {
    return { broken };
  }

  override componentDidCatch(error: Error): void {
    console.error(error);
  }

  override render(): React.ReactNode {
    const { trans } = this.props.openbis;
    if (this.state.broken === null) {
      return this.props.children;
    }
    const problem = new Problem(trans.__('This part of the panel could not be shown.'), 0, {
      next_step: trans.__('Try again, or load the page again.')
    });
    return <Trouble error={problem} trans={trans} again={() => this.setState({ broken: null })} />;
  }
}
