/** Which data set a person means: by what they dragged, dropped or typed. Pure text; nothing is fetched. */

/** The mime type of a data set, or of a file of it, that is dragged within the page. */
export const DATA_SET_MIME = 'application/vnd.openbis.data-set';

/** What is to be read: a data set, or the file at `path` in it. */
export interface Wanted {
  readonly permId: string;
  readonly path?: string;
  readonly name?: string;
}

/** The form of a permId (contract 3.1). */
const PERM_ID = /^\d{8,}-\d+$/;
const DATA_SET_VIEW = 'showViewDataSetPageFromPermId';
/** Longer texts are not looked at. */
const MAX_TEXT = 4096;

/**
 * The data set that a text names: a permId, or the address of a data set's page in the ELN (contract 8.10).
 * The address is only read; whose it is does not matter, since openBIS is asked for the permId.
 */
export function wantedOfText(text: string): Wanted | null {
  const said = text.length > MAX_TEXT ? '' : text.trim();
  if (PERM_ID.test(said)) {
    return { permId: said };
  }
  if (!/^https?:\/\//i.test(said) || /\s/.test(said) || !URL.canParse(said)) {
    return null;
  }
  const asked = new URL(said).searchParams;
  const permId = (asked.get('viewData') ?? '').replace(/^"(.*)"$/, '$1');
  return asked.get('viewName') === DATA_SET_VIEW && PERM_ID.test(permId) ? { permId } : null;
}

/** The data set in a drag of {@link DATA_SET_MIME}: JSON, as an object or as a text. */
export function wantedOfDrag(data: unknown): Wanted | null {
  const given = typeof data === 'string' ? parsed(data) : data;
  if (typeof given !== 'object' || given === null) {
    return null;
  }
  const { perm_id: permId, path, name } = given as Record<string, unknown>;
  if (typeof permId !== 'string' || !permId) {
    return null;
  }
  return { permId, ...text('path', path), ...text('name', name) };
}

/** What a command was called with: `permId`, and perhaps `path` and `name`. */
export function wantedOfArgs(args: Readonly<Record<string, unknown>>): Wanted | null {
  return wantedOfDrag({ perm_id: args['permId'], path: args['path'], name: args['name'] });
}

/** Of an HTML5 drop: a link first, since browsers give its address as a text, too. */
export function wantedOfTransfer(given: (type: string) => string): Wanted | null {
  const [link] = given('text/uri-list')
    .split(/\r?\n/)
    .filter(line => line && !line.startsWith('#'));
  return wantedOfText(link ?? '') ?? wantedOfText(given('text/plain'));
}

function text(name: 'path' | 'name', value: unknown): Partial<Wanted> {
  return typeof value === 'string' && value ? { [name]: value } : {};
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
