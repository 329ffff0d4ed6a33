/** What the person wants to be warned of. */

import type { ISettingRegistry } from '@jupyterlab/settingregistry';

const PLUGIN = 'openbis-nb:plugin';

export class GuardSetting {
  /** Before the page goes away. */
  warns = true;
  /** Of notebooks, too, that have nothing to do with openBIS. */
  alsoNowhere = false;

  constructor(registry: ISettingRegistry | null) {
    registry?.load(PLUGIN).then(
      settings => {
        const read = (): void => {
          this.warns = settings.composite['warnUnsaved'] !== false;
          this.alsoNowhere = settings.composite['warnNowhere'] === true;
        };
        settings.changed.connect(read);
        read();
      },
      () => undefined // the defaults hold
    );
  }
}
