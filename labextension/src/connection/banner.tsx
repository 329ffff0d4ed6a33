/** What stands at the top of a notebook while its session is over, or is about to be. */

import { ReactWidget } from '@jupyterlab/apputils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { CommandRegistry } from '@lumino/commands';
import React from 'react';

import type { IOpenBIS, IOpenBISSettings } from '../tokens.js';
import { TextButton } from '../ui/parts.js';
import { type Banner, bannerOf } from './state.js';

interface Parts {
  readonly openbis: IOpenBIS;
  readonly settings: IOpenBISSettings;
  readonly tracker: INotebookTracker;
  readonly commands: CommandRegistry;
}

/** Milliseconds between two looks at the clock. */
const TICK = 30_000;

/** Put a banner on each notebook, also on those that are opened later. */
export function addBanners(parts: Parts): void {
  const put = (panel: NotebookPanel): void => panel.contentHeader.addWidget(new SessionBanner(parts, panel));
  parts.tracker.forEach(put);
  parts.tracker.widgetAdded.connect((_, panel) => put(panel));
}

class SessionBanner extends ReactWidget {
  private readonly clock: number;
  /** The end that the person has read of and closed. */
  private closedFor: string | null = null;

  constructor(
    private readonly parts: Parts,
    private readonly panel: NotebookPanel
  ) {
    super();
    this.addClass('jp-openbis-notebook-banner');
    const look = (): void => this.look();
    parts.openbis.sessionChanged.connect(look);
    parts.settings.changed.connect(look);
    parts.tracker.currentChanged.connect(look);
    this.clock = window.setInterval(look, TICK);
    this.disposed.connect(() => {
      window.clearInterval(this.clock);
      parts.openbis.sessionChanged.disconnect(look);
      parts.settings.changed.disconnect(look);
      parts.tracker.currentChanged.disconnect(look);
    });
    this.look();
  }

  protected override render(): React.ReactElement | null {
    const banner = this.banner();
    if (banner === null) {
      return null;
    }
    const { openbis, commands } = this.parts;
    const { trans } = openbis;
    const logIn = (): void =>
      void commands.execute('openbis:log-in').catch((error: unknown) => openbis.fail(error));
    return (
      <div className="jp-openbis-banner jp-mod-warn" role={banner.kind === 'over' ? 'alert' : 'status'}>
        <span>
          {banner.kind === 'over'
            ? trans.__('Your openBIS session is over. Your kernel goes on, and nothing is lost.')
            : trans._n(
                'Your openBIS session ends in %1 minute. Your kernel goes on.',
                'Your openBIS session ends in %1 minutes. Your kernel goes on.',
                banner.minutes
              )}
        </span>
        <TextButton primary label={trans.__('Log in to openBIS')} onClick={logIn} />
        {banner.kind === 'ending' ? (
          <TextButton label={trans.__('Later')} onClick={() => this.putAway()} />
        ) : null}
      </div>
    );
  }

  private banner(): Banner {
    const { openbis, settings, tracker } = this.parts;
    const { session } = openbis;
    // With several openBIS what is known is about the notebook at hand.
    if (session?.several && tracker.currentWidget !== this.panel) {
      return null;
    }
    const banner = bannerOf(session, Date.now(), settings.values.warnBeforeEnd);
    return banner?.kind === 'ending' && session?.valid_until === this.closedFor ? null : banner;
  }

  private putAway(): void {
    this.closedFor = this.parts.openbis.session?.valid_until ?? null;
    this.look();
  }

  private look(): void {
    this.setHidden(this.banner() === null);
    this.update();
  }
}
