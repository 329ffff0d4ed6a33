/** The menu of one version. */

import { Menu } from '@lumino/widgets';

import type { VersionItemProps } from './item.js';
import { Commands } from './tools.js';
import { nameOf } from './words.js';

/** Open it below the button that asks for it. */
export function openVersionMenu(props: VersionItemProps, button: Element): void {
  const { tools, version, path, page, others } = props;
  const menu = new Menu({ commands: tools.app.commands });
  const one = { permId: version.perm_id, path, name: nameOf(version, tools.openbis.trans) };
  menu.addItem({ command: Commands.view, args: one });
  menu.addItem({ command: Commands.compare, args: one });
  if (others.length > 1) {
    menu.addItem({ command: Commands.compare, args: { ...one, choose: true } });
  }
  menu.addItem({ command: Commands.restore, args: one });
  if (version.counts) {
    menu.addItem({ command: Commands.publish, args: one });
  }
  menu.addItem({ type: 'separator' });
  menu.addItem({ command: Commands.copyId, args: one });
  menu.addItem({ command: Commands.openVersion, args: { link: version.link } });
  if (page !== null) {
    menu.addItem({ command: Commands.openVersion, args: { link: page, library: true } });
  }
  // A menu that is gone at once could not run what was chosen.
  menu.aboutToClose.connect(() => requestAnimationFrame(() => requestAnimationFrame(() => menu.dispose())));
  const { left, bottom } = button.getBoundingClientRect();
  menu.open(left, bottom);
}
