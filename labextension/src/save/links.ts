/** Addresses that openBIS or the server names: opened only where they are addresses of pages. */

/** The full address, or `null` for anything that is none, as `javascript:`. */
export function pageAddress(address: string | null | undefined, base: string): string | null {
  if (!address || !URL.canParse(address, base)) {
    return null;
  }
  const { protocol, href } = new URL(address, base);
  return protocol === 'https:' || protocol === 'http:' ? href : null;
}

/** Open it in another tab, which learns nothing of this one. */
export function openPage(address: string | null | undefined): void {
  const page = pageAddress(address, window.location.href);
  if (page !== null) {
    window.open(page, '_blank', 'noopener,noreferrer');
  }
}
