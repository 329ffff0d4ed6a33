/** A dialog that chooses one line of the tree. */

import { Dialog } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import React, { useEffect, useRef, useState } from 'react';

import type { Entity, IOpenBIS } from '../tokens.js';
import { TextButton } from '../ui/parts.js';
import { Browser } from './browser.js';
import { iconOf } from './icons.js';
import { entityItem, type Item } from './items.js';
import { liveTree, type LiveTree } from './source.js';

export interface ChooserOptions {
  readonly title: string;
  /** Of the button. */
  readonly accept: string;
  /** What can be chosen, in one sentence. */
  readonly hint: string;
  /** Path of the notebook that it is about; empty for none. */
  readonly path: string;
  readonly withDataSets: boolean;
  readonly fits: (item: Item) => boolean;
  readonly recent?: readonly Entity[];
}

/** Ask; `null` where the person leaves it. */
export async function choose(openbis: IOpenBIS, options: ChooserOptions): Promise<Item | null> {
  const { trans } = openbis;
  const body = new ChooserBody(openbis, options);
  const dialog = new Dialog<Item | null>({
    title: options.title,
    body,
    focusNodeSelector: 'input',
    buttons: [Dialog.cancelButton({ label: trans.__('Cancel') }), Dialog.okButton({ label: options.accept })]
  });
  dialog.addClass('jp-openbis-chooser');
  body.finish = () => {
    body.taken = true; // the dialog itself may still think that nothing is chosen
    dialog.reject();
  };
  const { button } = await dialog.launch();
  return body.taken || button.accept ? body.getValue() : null;
}

class ChooserBody extends ReactWidget implements Dialog.IBodyWidget<Item | null> {
  finish: () => void = () => undefined;
  taken = false;
  private chosen: Item | null = null;
  private readonly tree: LiveTree;

  constructor(
    private readonly openbis: IOpenBIS,
    private readonly options: ChooserOptions
  ) {
    super();
    this.addClass('jp-openbis-dialog');
    this.tree = liveTree(openbis.api, () => this.scope());
  }

  getValue(): Item | null {
    return this.chosen;
  }

  protected override render(): React.ReactElement {
    return (
      <ChooserView
        openbis={this.openbis}
        options={this.options}
        tree={this.tree}
        scope={() => this.scope()}
        take={(item, ends) => {
          this.chosen = item !== null && this.options.fits(item) ? item : null;
          if (ends && this.chosen !== null) {
            this.finish();
          }
        }}
      />
    );
  }

  private scope(): { path: string; withDataSets: boolean } {
    return { path: this.options.path, withDataSets: this.options.withDataSets };
  }
}

interface ChooserViewProps {
  readonly openbis: IOpenBIS;
  readonly options: ChooserOptions;
  readonly tree: LiveTree;
  readonly scope: () => { path: string; withDataSets: boolean };
  readonly take: (item: Item | null, ends?: boolean) => void;
}

function ChooserView(props: ChooserViewProps): React.ReactElement {
  const { openbis, options, tree, scope, take } = props;
  const { trans } = openbis;
  const [at, setAt] = useState<Item | null>(null);
  const fits = at !== null && options.fits(at);
  const recent = options.recent ?? [];
  const body = useRef<HTMLDivElement>(null);
  // The dialog looks for `jp-mod-error` at each input, and then refuses its button.
  useEffect(() => void body.current?.dispatchEvent(new Event('input', { bubbles: true })), [fits]);
  return (
    <div ref={body} className="jp-openbis-chooser-body">
      <p className="jp-openbis-quiet">{options.hint}</p>
      {recent.length > 0 ? (
        <div className="jp-openbis-buttons" role="group" aria-label={trans.__('Used last')}>
          <span className="jp-openbis-quiet">{trans.__('Used last:')}</span>
          {recent.map(place => (
            <TextButton
              key={place.perm_id}
              icon={iconOf(place.kind)}
              label={place.name || place.code}
              hint={place.identifier}
              onClick={() => take(entityItem(place, false), true)}
            />
          ))}
        </div>
      ) : null}
      <Browser
        openbis={openbis}
        tree={tree}
        scope={scope}
        actions={item =>
          options.fits(item)
            ? [{ label: options.accept, icon: iconOf(item.kind), run: () => take(item, true) }]
            : []
        }
        chosen={item => {
          setAt(item);
          take(item);
        }}
      />
      <p className={`jp-openbis-chosen ${fits ? '' : 'jp-mod-error'}`} role="status">
        {fits ? trans.__('Chosen: %1', shownAs(at)) : trans.__('Nothing is chosen yet.')}
      </p>
    </div>
  );
}

function shownAs(item: Item): string {
  return item.kind === 'data-set' ? item.label : item.entity.identifier;
}
