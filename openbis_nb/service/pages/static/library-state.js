// What the table shows, as its address says it: place, filters, order, page. Links to it are permanent.
import { library } from "./library-links.js";

export const KINDS = ["space", "project", "experiment", "object"];
export const PAGE = 50; // rows
const FIELDS = ["text", "template", "since", "until", "newer", "dataSet"];
const START = { key: "updateTime", descending: true };
const SORTS = ["name", "owner", "updateTime", "size", "creationTime"];

/**
 * `{place: {kind, permId} | null, authors, text, template, since, until, newer, dataSet, order, page, after}`; `after` is
 * the cursor of a page that has no number, since nobody knows yet how many fit before it.
 */
export function readState(search = location.search) {
  const query = new URLSearchParams(search);
  const kind = KINDS.find((one) => query.get(one));
  const sort = query.get("sort") ?? "";
  const key = sort.replace(/^-/, "");
  return {
    place: kind ? { kind, permId: query.get(kind) } : null,
    authors: query.getAll("author").filter(Boolean),
    ...Object.fromEntries(FIELDS.map((name) => [name, query.get(name) ?? ""])),
    order: SORTS.includes(key) ? { key, descending: sort.startsWith("-") } : START,
    page: Math.max(1, Math.trunc(Number(query.get("page"))) || 1),
    after: query.get("after") ?? "",
  };
}

/** The address of a state; what is as always is left out. */
export function addressOf(state) {
  const query = new URLSearchParams();
  if (state.place) query.set(state.place.kind, state.place.permId);
  for (const author of state.authors) query.append("author", author);
  for (const name of FIELDS) if (state[name]) query.set(name, state[name]);
  const { key, descending } = state.order;
  if (key !== START.key || descending !== START.descending) query.set("sort", `${descending ? "-" : ""}${key}`);
  if (state.after) query.set("after", state.after);
  else if (state.page > 1) query.set("page", state.page);
  return `${library}${query.size ? `?${query}` : ""}`;
}

/** The same as the API's parameters. Days are those of the person's own clock. */
export function parametersOf(state) {
  return {
    ...(state.place ? { [state.place.kind]: state.place.permId } : {}),
    owner: state.authors,
    text: state.text,
    template: state.template,
    dataSet: state.dataSet,
    newerData: state.newer ? "true" : "",
    minCreationTime: moment(state.since, "T00:00:00"),
    maxCreationTime: moment(state.until, "T23:59:59.999"),
    sortBy: state.order.key,
    sortDirection: state.order.descending ? "descending" : "ascending",
    limit: PAGE,
    cursor: state.after,
    offset: state.after ? "" : (state.page - 1) * PAGE || "",
  };
}

/** How many filters are set beside the search and the place. */
export const filters = (state) => [state.authors.length, state.template, state.since, state.until, state.newer, state.dataSet].filter(Boolean).length;

function moment(day, time) {
  const at = day ? new Date(`${day}${time}`) : null;
  return at && !Number.isNaN(at.getTime()) ? at.toISOString() : "";
}
