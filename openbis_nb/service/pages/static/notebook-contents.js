// The rendered notebook, with or without its code, at any of its versions.
import { freshId, h } from "./dom.js";
import { frame } from "./frame.js";
import { frameOf } from "./library-links.js";
import { date } from "./words.js";

export function showContents(region, page) {
  const { detail, version, hidesCode } = page;
  const id = freshId("version");
  const select = h("select", { id }, ...[...detail.versions].reverse().map((row) => h("option", { value: row.id, selected: row.id === version.id, text: told(row) })));
  select.addEventListener("change", () => page.choose(detail.versions.find((row) => row.id === select.value)));
  const box = h("input", { type: "checkbox", checked: hidesCode });
  box.addEventListener("change", () => page.hideCode(box.checked));
  const had = region.contains(document.activeElement) ? document.activeElement.tagName : "";
  region.replaceChildren(
    h("div", { class: "contents-bar" }, h("div", { class: "which" }, h("label", { for: id, text: "Version" }), select), version.description ? h("p", { class: "muted", text: version.description }) : null, h("label", { class: "check" }, box, "Hide code")),
    frame(frameOf(version.id, hidesCode), `Contents of ${detail.notebook.name}, version ${version.number}`),
  );
  if (had === "SELECT") select.focus();
  if (had === "INPUT") box.focus();
}

const told = (row) => [`${row.number}`, date(row.creationTime), row.owner, row.current ? "newest" : "", row.counts ? "" : "fork"].filter(Boolean).join(" · ");
