/** What a kernel is asked, and what its answer means. */

/** Packages on which the code depends that reads a file. */
const MODULES = ['openbis_nb', 'pandas', 'openpyxl', 'pyarrow', 'PIL'];

/** An expression of Python that leaves no trace: it gives those of {@link MODULES} that are there. */
export const WHICH_MODULES =
  `[m for m in ${JSON.stringify(MODULES)}` +
  " if __import__('importlib.util', fromlist=['util']).find_spec(m) is not None]";

/**
 * The modules in the value of {@link WHICH_MODULES}.
 *
 * @param value - what the kernel says of the expression.
 * @returns `null` where it says something else.
 */
export function modulesOf(value: unknown): string[] | null {
  const data = member(value, 'data');
  const shown = member(data, 'text/plain');
  if (member(value, 'status') !== 'ok' || typeof shown !== 'string' || !/^\[.*\]$/.test(shown.trim())) {
    return null;
  }
  return MODULES.filter(name => shown.includes(`'${name}'`));
}

/** Whether one of these cells makes `nb`, so that cells below it need not. */
export function makesNb(sources: readonly string[]): boolean {
  return sources.some(source => /^nb\s*=\s*openbis_nb\.notebook\(/m.test(source));
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
