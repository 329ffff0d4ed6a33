/** Sizes and times as people read them. */

/** Bytes with three digits and decimal units, as everywhere in openbis_nb: `1.5 MB`. */
export function humanSize(bytes: number | null): string {
  if (bytes === null) {
    return '';
  }
  let size = bytes;
  for (const unit of ['B', 'kB', 'MB', 'GB']) {
    if (size < 999.5) {
      return unit === 'B' ? `${size.toFixed(0)} B` : `${threeDigits(size)} ${unit}`;
    }
    size /= 1000;
  }
  return `${size < 999.5 ? threeDigits(size) : size.toFixed(0)} TB`;
}

/** A time of openBIS in the reader's own zone; empty for none, as it is where it cannot be read. */
export function humanTime(iso: string | null, locale?: string): string {
  if (!iso) {
    return '';
  }
  const time = new Date(iso);
  return Number.isNaN(time.getTime())
    ? iso
    : new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(time);
}

/** How much of it is done, from 0 to 1; all of nothing is done. */
export function share(done: number, total: number): number {
  return total > 0 ? Math.min(1, Math.max(0, done / total)) : 1;
}

/** Only what a browser may be sent to: names and links come from openBIS and from notebooks. */
export function webAddress(link: string | null | undefined): string | null {
  try {
    const address = new URL(link ?? '');
    return ['http:', 'https:'].includes(address.protocol) ? address.href : null;
  } catch {
    return null;
  }
}

function threeDigits(size: number): string {
  return String(Number(size.toPrecision(3)));
}
