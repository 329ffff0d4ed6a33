// People, times, entities and data sets as they stand in tables and facts.
import { h, link } from "./dom.js";
import { date } from "./words.js";

const OUTSIDE = { target: "_blank", rel: "noreferrer" };

/** A moment, exact to the second on demand. */
export function stamp(text) {
  return text ? h("time", { datetime: text, title: new Date(text).toISOString().replace(".000", ""), text: date(text) }) : null;
}

/** An entity: leads to its notebooks here. `eln`: also a link into the ELN beside it. */
export function entityChip(entity, { eln = false } = {}) {
  if (!entity?.identifier) return h("span", { class: "muted", text: "unknown" });
  const text = entity.name || entity.identifier;
  return h(
    "span",
    { class: "chip" },
    h("span", { class: `kind ${entity.kind}`, "aria-hidden": "true" }),
    h("span", {}, entity.page ? link(entity.page, entity.name || breakable(text), { title: `Notebooks in ${entity.identifier}` }) : text, entity.name ? h("span", { class: "muted small-text code" }, breakable(entity.identifier)) : null),
    eln && entity.link ? elnLink(entity.link, text) : null,
  );
}

/** An identifier, which breaks behind its slashes. */
const breakable = (identifier) => identifier.split(/(?<=.\/)/).flatMap((part) => [part, h("wbr")]);

/** A data set: leads into the ELN, and to what used it, unless it is to be `brief`. One that may not be seen is
 * told as such. */
export function dataSetChip(dataSet, { brief = false } = {}) {
  if (!dataSet.visible) return h("span", { class: "chip muted" }, icon(), `${dataSet.permId} (openBIS does not show it to you)`);
  const name = dataSet.name || dataSet.permId;
  return h(
    "span",
    { class: "chip" },
    icon(),
    h(
      "span",
      {},
      dataSet.link ? link(dataSet.link, name, { ...OUTSIDE, title: "Open in the ELN" }) : name,
      brief ? null : h("span", { class: "muted small-text code", text: [dataSet.type, dataSet.name ? dataSet.permId : ""].filter(Boolean).join(" · ") }),
    ),
    dataSet.page && !brief ? link(dataSet.page, "Used by", { class: "small-text beside", "aria-label": `Used by: notebooks that used ${name}` }) : null,
  );
}

export const elnLink = (href, name) => link(href, "ELN", { ...OUTSIDE, class: "small-text beside", "aria-label": `${name} in the ELN` });

export const badge = (text, kind = "off") => h("span", { class: `state ${kind}`, text });

const icon = () => h("span", { class: "kind data-set-kind", "aria-hidden": "true" });
