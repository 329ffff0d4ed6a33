// Numbers, dates and kinds as people read them.

/** Bytes in decimal units with three digits: 1.5 MB. */
export function size(bytes) {
  if (bytes === null || bytes === undefined) return "size unknown";
  if (bytes < 1000) return `${bytes} B`;
  let number = bytes;
  for (const unit of ["kB", "MB", "GB", "TB"]) {
    number /= 1000;
    if (number < 999.5 || unit === "TB") return `${Number(number.toPrecision(3))} ${unit}`;
  }
  return "";
}

export function date(text) {
  if (!text) return "";
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }).format(new Date(text));
}

export const count = (number) => new Intl.NumberFormat("en").format(number);

const PLURALS = { space: "spaces", project: "projects", experiment: "experiments", object: "objects" };
export const plural = (kind) => PLURALS[kind] ?? kind;

export const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** The name that people gave, else the code. */
export const label = (node) => node.name || node.code || node.perm_id;
