// The address of the import page once something was looked at.

/** Its query: a reload, or a way back, shows the same without asking anybody again. What may be a token in the
 * address that was looked at stays out: this one is written down by browsers and servers. */
export function pageQuery(url, ref, found) {
  const shown = found.notebook ? found.url : url.split(/[?#]/, 1)[0];
  return new URLSearchParams({ url: shown, ...(ref ? { ref } : {}), preview: found.id });
}
