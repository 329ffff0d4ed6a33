/** Data sets, and files of them, to be dragged into a notebook. */

import { MimeData } from '@lumino/coreutils';
import { Drag } from '@lumino/dragdrop';

import { DATA_SET_MIME } from '../cells/wanted.js';

/** What is dragged: a data set, or with `path` one file of it. */
export interface Dragged {
  readonly perm_id: string;
  readonly name: string;
  readonly type: string;
  readonly path?: string;
}

/** Pixels that the pointer goes before it is no click any more. */
const FAR_ENOUGH = 5;

/** Begin a drag when the pointer that was pressed here moves on. */
export function dragOnMove(press: { clientX: number; clientY: number; button: number }, what: Dragged): void {
  if (press.button !== 0) {
    return;
  }
  const moved = (event: PointerEvent): void => {
    const far = Math.hypot(event.clientX - press.clientX, event.clientY - press.clientY);
    if (far >= FAR_ENOUGH) {
      stop();
      void dragOf(what).start(event.clientX, event.clientY);
    }
  };
  const stop = (): void => {
    document.removeEventListener('pointermove', moved, true);
    document.removeEventListener('pointerup', stop, true);
  };
  document.addEventListener('pointermove', moved, true);
  document.addEventListener('pointerup', stop, true);
}

function dragOf(what: Dragged): Drag {
  const mimeData = new MimeData();
  mimeData.setData(DATA_SET_MIME, what);
  mimeData.setData('text/plain', what.perm_id);
  const dragImage = document.createElement('div');
  dragImage.className = 'jp-openbis-drag-image';
  dragImage.textContent = what.path ?? (what.name || what.perm_id);
  return new Drag({ mimeData, dragImage, supportedActions: 'copy', proposedAction: 'copy' });
}
