/** The tree of openBIS in the panel, and the dialog that chooses a place from it. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { copyIcon } from '@jupyterlab/ui-components';
import { IStateDB } from '@jupyterlab/statedb';
import React, { useEffect } from 'react';

import { INotebooks, IOpenBIS, IOpenBISPanel, IPlacePicker, type SectionProps } from '../tokens.js';
import { Browser } from './browser.js';
import { listedIcon, placeIcon } from './icons.js';
import type { Item } from './items.js';
import { PlacePicker } from './picker.js';
import { Places } from './places.js';
import { liveTree, type LiveTree } from './source.js';
import type { Action } from './view.js';

const picker: JupyterFrontEndPlugin<IPlacePicker> = {
  id: 'openbis-nb:place-picker',
  description: 'Chooses an experiment or object of openBIS.',
  autoStart: true,
  provides: IPlacePicker,
  requires: [IOpenBIS],
  optional: [IStateDB],
  activate: (_: JupyterFrontEnd, openbis: IOpenBIS, states: IStateDB | null): IPlacePicker =>
    new PlacePicker(openbis, new Places(states, openbis))
};

const tree: JupyterFrontEndPlugin<void> = {
  id: 'openbis-nb:tree',
  description: 'The tree of openBIS in the side panel.',
  autoStart: true,
  requires: [IOpenBIS, IOpenBISPanel, INotebooks],
  activate: (app: JupyterFrontEnd, openbis: IOpenBIS, panel: IOpenBISPanel, notebooks: INotebooks): void => {
    const { trans } = openbis;
    const { commands, serviceManager } = app;
    /** One tree for each openBIS, by the address that the notebook names. */
    const trees = new Map<string, LiveTree>();
    const pathOf = (notebook: NotebookPanel | null): string =>
      notebook === null ? '' : serviceManager.contents.localPath(notebook.context.path);
    const scope = (): { path: string; withDataSets: boolean } => ({
      path: pathOf(notebooks.current),
      withDataSets: true
    });
    const run = (command: string, args: Record<string, string | string[]>): void =>
      void commands.execute(command, args).catch((error: unknown) => openbis.fail(error));
    const actions = (item: Item): Action[] => {
      const copy: Action = {
        label: trans.__('Copy permId'),
        icon: copyIcon,
        beside: true,
        run: () => run('openbis:copy', { text: item.permId })
      };
      if (item.kind === 'data-set') {
        const attach: Action = {
          label: trans.__('Attach'),
          icon: listedIcon,
          primary: true,
          run: () => run('openbis:attach', { permIds: [item.permId] })
        };
        return notebooks.current === null ? [copy] : [attach, copy];
      }
      const place: Action = {
        label: trans.__('Store here'),
        icon: placeIcon,
        run: () => run('openbis:change-place', { owner: item.permId })
      };
      if (item.kind === 'space' || item.kind === 'project') {
        return [];
      }
      return notebooks.current !== null ? [place, copy] : [copy];
    };

    function Body({ notebook }: SectionProps): React.ReactElement {
      const server = serverOf(notebook);
      let live = trees.get(server);
      if (live === undefined) {
        live = liveTree(openbis.api, scope);
        trees.set(server, live);
      }
      const { model } = live;
      useEffect(() => {
        const again = (): void => void model.begin();
        panel.refreshed.connect(again);
        return () => void panel.refreshed.disconnect(again);
      }, [model]);
      return <Browser key={server} openbis={openbis} tree={live} scope={scope} actions={actions} />;
    }

    openbis.sessionChanged.connect(() => trees.clear()); // somebody else may see something else
    panel.addSection({ id: 'tree', title: trans.__('Browse openBIS'), rank: 40, needsNotebook: false, Body });
  }
};

/** The address of openBIS that a notebook names; compared, and sent nowhere. */
function serverOf(notebook: NotebookPanel | null): string {
  const block = notebook?.model?.sharedModel.getMetadata('openbis') as { server?: unknown } | undefined;
  return typeof block?.server === 'string' ? block.server : '';
}

export const treePlugins: JupyterFrontEndPlugin<unknown>[] = [picker, tree];
