/** The settings of schema/plugin.json, read with their defaults. */

export interface SettingValues {
  /** Seconds between two looks at the session. */
  readonly lookEvery: number;
  /** Minutes before the known end of a session at which a warning is shown; 0 for never. */
  readonly warnBeforeEnd: number;
  /** Whether the save dialog comes at each save, or where something has to be decided. */
  readonly saveDialog: 'needed' | 'always';
}

export const DEFAULTS: SettingValues = { lookEvery: 60, warnBeforeEnd: 15, saveDialog: 'needed' };

/** What the registry of settings holds, as far as it is of the right kind. */
export function valuesOf(composite: Readonly<Record<string, unknown>>): SettingValues {
  const right = Object.entries(DEFAULTS)
    .filter(([name, usual]) => typeof composite[name] === typeof usual)
    .map(([name]) => [name, composite[name]]);
  return { ...DEFAULTS, ...(Object.fromEntries(right) as Partial<SettingValues>) };
}
