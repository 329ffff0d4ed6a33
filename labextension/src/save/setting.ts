/** Whether the person wants to be asked at each save. */

import type { ISettingRegistry } from '@jupyterlab/settingregistry';

import type { How } from './flow.js';

const PLUGIN = 'openbis-nb:plugin';

export class SaveSetting {
  private always = false;

  constructor(registry: ISettingRegistry | null) {
    registry?.load(PLUGIN).then(
      settings => {
        const read = (): void => {
          this.always = settings.composite['saveDialog'] === 'always';
        };
        settings.changed.connect(read);
        read();
      },
      () => undefined // the default holds
    );
  }

  /** What a plain click does. */
  get how(): How {
    return this.always ? 'dialog' : 'needed';
  }
}
