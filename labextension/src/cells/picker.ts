/** The body of a dialog: a line to type in, with what is offered for it below. */

import type { Dialog } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';

let made = 0;

export class Picker extends Widget implements Dialog.IBodyWidget {
  private readonly input = document.createElement('input');

  /**
   * @param label - says what to type.
   * @param offered - texts that may be chosen; others may be typed.
   */
  constructor(label: string, offered: Iterable<string>) {
    super();
    this.addClass('jp-openbis-picker');
    const list = document.createElement('datalist');
    list.id = `jp-openbis-picker-${made++}`;
    for (const text of offered) {
      const option = document.createElement('option');
      option.value = text;
      list.append(option);
    }
    const caption = document.createElement('label');
    caption.textContent = label;
    this.input.className = 'jp-mod-styled';
    this.input.setAttribute('list', list.id);
    caption.append(this.input);
    this.node.append(caption, list);
  }

  getValue(): string {
    return this.input.value;
  }
}
