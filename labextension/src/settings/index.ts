/** The settings of the extension, for all its plugins; they stand in schema/plugin.json. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { type ISignal, Signal } from '@lumino/signaling';

import { IOpenBISSettings } from '../tokens.js';
import { DEFAULTS, type SettingValues, valuesOf } from './values.js';

const ID = 'openbis-nb:plugin';

class Settings implements IOpenBISSettings {
  values = DEFAULTS;
  private readonly told = new Signal<this, SettingValues>(this);

  get changed(): ISignal<IOpenBISSettings, SettingValues> {
    return this.told;
  }

  async follow(registry: ISettingRegistry): Promise<void> {
    const settings = await registry.load(ID);
    const read = (): void => {
      this.values = valuesOf(settings.composite);
      this.told.emit(this.values);
    };
    settings.changed.connect(read);
    read();
  }
}

const plugin: JupyterFrontEndPlugin<IOpenBISSettings> = {
  id: ID,
  description: 'The settings of openBIS in JupyterLab.',
  autoStart: true,
  provides: IOpenBISSettings,
  optional: [ISettingRegistry],
  activate: (_app: JupyterFrontEnd, registry: ISettingRegistry | null): IOpenBISSettings => {
    const settings = new Settings();
    if (registry !== null) {
      settings.follow(registry).catch((error: unknown) => console.error(error)); // the defaults hold
    }
    return settings;
  }
};

export const settingsPlugins: JupyterFrontEndPlugin<unknown>[] = [plugin];
