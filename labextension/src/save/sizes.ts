/** Sizes of files as people read them. */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `1536` → `1.5 kB`: powers of 1000, as openBIS and file managers count. */
export function bytes(size: number): string {
  let value = size;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit] ?? ''}`;
}
