// The lineage of a version or data set: a picture with links, and the same as a list.
import { freshId, h, link, safeAddress } from "./dom.js";
import { BOX, curve, layOut } from "./lineage-layout.js";
import { count, date, size } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const ROOM = BOX.width - 26;
const ELN_ROOM = 34;
const OUTSIDE = { target: "_blank", rel: "noreferrer" };
const pen = document.createElement("canvas").getContext("2d");

/** `graph`: as `GET lineage` answers; `about`: what a person calls it. Gives an element. */
export function lineagePicture(graph, about) {
  if (graph.nodes.length < 2) return h("p", { class: "muted", text: `Nothing that you may see went into ${about}, and nothing was made of it.` });
  const place = layOut(graph);
  const scroller = h("div", { class: "lineage-scroll", role: "region", tabindex: "0", "aria-label": `Lineage of ${about}, a picture` }, picture(graph, place, about));
  const shown = h("div", { class: "lineage-picture" }, scroller, graph.cut ? h("p", { class: "muted small-text", text: "Not all of it is shown: follow a link to see more." }) : null, asList(graph));
  // The middle comes into view when there is a view: a tab may not be open yet.
  new ResizeObserver((_, watching) => {
    if (!scroller.clientWidth) return;
    watching.disconnect();
    const { x, y } = [...place.boxes.values()].find(({ node }) => node.column === 0) ?? { x: 0, y: 0 };
    scroller.scrollLeft = x + BOX.width / 2 - scroller.clientWidth / 2;
    scroller.scrollTop = y + BOX.height / 2 - scroller.clientHeight / 2;
  }).observe(scroller);
  return shown;
}

function s(tag, props = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props)) if (value !== null && value !== undefined) element.setAttribute(name, value);
  element.append(...children.flat().filter(Boolean));
  return element;
}

function picture(graph, place, about) {
  const tip = freshId("tip");
  const marker = s("marker", { id: tip, viewBox: "0 0 8 8", refX: 1, refY: 4, markerWidth: 8, markerHeight: 8, orient: "auto", markerUnits: "userSpaceOnUse" }, s("path", { d: "M 0 0 L 8 4 L 0 8 Z", class: "tip" }));
  const lines = graph.edges
    .map(({ source, target }) => [place.boxes.get(source), place.boxes.get(target)])
    .filter(([from, to]) => from && to)
    .map(([from, to]) => s("path", { d: curve(from, to), class: "edge", "marker-end": `url(#${tip})` }));
  const names = new Map(graph.nodes.map((node) => [node.id, titleOf(node)]));
  const boxes = [...place.boxes.values()].map((box) => drawn(box, graph.edges, names));
  return s(
    "svg",
    { width: place.width, height: place.height, viewBox: `0 0 ${place.width} ${place.height}`, role: "group", "aria-label": `What ${about} comes from, and what came of it` },
    s("defs", {}, marker),
    ...heads(place),
    s("g", { "aria-hidden": "true" }, ...lines),
    ...boxes,
  );
}

function heads({ columns }) {
  const titles = [[Math.min(-1, ...columns.keys()), "Comes from"], [0, "This"], [1, "Led to"]];
  return titles.filter(([column]) => columns.has(column)).map(([column, title]) => s("text", { x: columns.get(column), y: 26, class: "column", "aria-hidden": "true" }, title));
}

function drawn({ node, x, y }, edges, names) {
  const from = edges.filter((edge) => edge.target === node.id && names.has(edge.source)).map((edge) => names.get(edge.source));
  const told = [titleOf(node), kindOf(node), from.length ? `made from ${from.join(", ")}` : ""].filter(Boolean).join(", ");
  const room = node.page && node.link ? ROOM - ELN_ROOM : ROOM;
  const body = [
    s("title", {}, [titleOf(node), node.type, node.id].filter(Boolean).join("\n")),
    s("rect", { width: BOX.width, height: BOX.height, rx: 7, class: "box" }),
    s("rect", { x: 1, y: 8, width: 4, height: BOX.height - 16, rx: 2, class: "stripe" }),
    s("text", { x: 15, y: 25, class: "name" }, fitted(titleOf(node), ROOM, `600 14px ${FONT}`)),
    s("text", { x: 15, y: 45, class: "type" }, fitted(below(node), room, `12px ${FONT}`)),
  ];
  const main = leads(node.page || node.link, { class: "to", "aria-label": told, "aria-current": node.column === 0 ? "true" : null }, body, !node.page);
  const eln = node.page && node.link ? leads(node.link, { class: "eln", "aria-label": `${titleOf(node)} in the ELN` }, [s("text", { x: BOX.width - 12, y: 45, "text-anchor": "end" }, "ELN")], true) : null;
  const kind = node.kind === "version" ? "version" : "data";
  return s("g", { class: `node ${kind}${node.column === 0 ? " asked" : ""}`, transform: `translate(${x} ${y})` }, main, eln);
}

/** A link where there is somewhere to go, else a group. */
function leads(href, props, parts, outside) {
  const to = safeAddress(href);
  return to ? s("a", { href: to, ...props, ...(outside ? OUTSIDE : {}) }, ...parts) : s("g", { ...props, role: "img" }, ...parts);
}

const titleOf = (node) => node.name || node.id;
const kindOf = (node) => (node.kind === "version" ? `version of a notebook of ${date(node.time)}` : `data set of type ${node.type}`);
const moreOf = (node) => (node.more ? `+${count(node.more)} more` : "");

function below(node) {
  const what = node.kind === "version" ? [date(node.time)] : [node.type, node.size === null ? "" : size(node.size)];
  return [moreOf(node), ...what].filter(Boolean).join(" · ");
}

/** As much of a text as has room, without its middle where that is not all: names of plates differ at their ends. */
function fitted(text, room, font) {
  pen.font = font;
  if (pen.measureText(text).width <= room) return text;
  const letters = [...text];
  let [low, high] = [0, letters.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (pen.measureText(shortened(letters, middle)).width <= room) low = middle;
    else high = middle - 1;
  }
  return shortened(letters, low);
}

/** `kept` letters: two thirds from the beginning, the others from the end. */
function shortened(letters, kept) {
  const last = Math.floor(kept / 3);
  return `${letters.slice(0, kept - last).join("").trimEnd()}…${letters.slice(letters.length - last).join("").trimStart()}`;
}

function asList(graph) {
  const names = new Map(graph.nodes.map((node) => [node.id, titleOf(node)]));
  const groups = [
    ["Comes from", graph.nodes.filter((node) => node.column < 0).sort((one, two) => two.column - one.column)],
    ["This", graph.nodes.filter((node) => node.column === 0)],
    ["Led to", graph.nodes.filter((node) => node.column > 0).sort((one, two) => one.column - two.column)],
  ];
  return h(
    "details",
    { class: "lineage-list" },
    h("summary", { text: "As a list" }),
    ...groups.filter(([, nodes]) => nodes.length).map(([title, nodes]) => h("section", {}, h("h3", { text: title }), h("ul", {}, ...nodes.map((node) => line(node, graph.edges, names))))),
  );
}

function line(node, edges, names) {
  const from = edges.filter((edge) => edge.target === node.id && names.has(edge.source)).map((edge) => names.get(edge.source));
  const about = [kindOf(node), node.name ? node.id : "", from.length ? `made from ${from.join(", ")}` : "", moreOf(node)].filter(Boolean).join(" · ");
  return h(
    "li",
    { class: "chip" },
    h("span", { class: `kind ${node.kind === "version" ? "notebook-kind" : "data-set-kind"}`, "aria-hidden": "true" }),
    h("span", {}, node.page ? link(node.page, titleOf(node)) : titleOf(node), h("span", { class: "muted small-text code", text: about })),
    node.link ? link(node.link, "ELN", { ...OUTSIDE, class: "small-text beside", "aria-label": `${titleOf(node)} in the ELN` }) : null,
  );
}
