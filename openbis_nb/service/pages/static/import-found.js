// What is at an address: where it comes from, what it is, how it looks; and the button that imports it.
import { h, safeAddress } from "./dom.js";
import { frame } from "./frame.js";
import { importNotebook, importRepository } from "./import-dialog.js";
import { count, size } from "./words.js";

/** `found`: as the service told; `done` is called when something was imported. */
export function showFound(region, found, done) {
  const { notebook, repository } = found;
  const act = async () => {
    await (notebook ? importNotebook(found) : importRepository(found));
    done();
  };
  region.replaceChildren(
    h(
      "div",
      { class: "found-head" },
      h("h2", { id: "found-title", tabindex: "-1", text: (notebook ?? repository).name }),
      h("button", { type: "button", class: "primary", on: { click: act }, text: notebook ? "Import & run …" : "Get to a folder …" }),
    ),
    h("div", { class: "warnings" }, ...found.warnings.map((text) => h("p", { class: "notice warn", text }))),
    h("div", { class: "looked" }, h("dl", { class: "facts" }, ...rows(notebook ? ofNotebook(found) : ofRepository(found))), notebook ? frame(found.frame, `Contents of ${notebook.name}`) : null),
  );
}

const rows = (facts) => facts.filter(([, value]) => value).map(([name, value]) => h("div", {}, h("dt", { text: name }), h("dd", {}, value)));

/** A stranger's address: shown as it is, and a link only by http and https. */
const address = (url) => (safeAddress(url) && !url.startsWith("/") ? h("a", { href: url, target: "_blank", rel: "noopener noreferrer", text: url }) : url);

function ofNotebook({ url, source, contacted, notebook }) {
  return [
    ["Address", address(url)],
    ["Repository", source.repository],
    ["Branch or tag", source.ref],
    ["Commit", notebook.commit ? h("code", { text: notebook.commit }) : h("span", { class: "muted", text: "not told by its host" })],
    ["Size", size(notebook.size)],
    ["Kernel", [notebook.kernel, notebook.language && notebook.language !== notebook.kernel ? `(${notebook.language})` : ""].filter(Boolean).join(" ") || "none named: JupyterLab asks"],
    ["Cells", `${count(notebook.cells)}, ${notebook.outputs ? count(notebook.outputs) : "none"} of them with outputs`],
    ["Fetched from", contacted.join(", ")],
    ["SHA-256", h("code", { text: notebook.sha256 })],
  ];
}

function ofRepository({ source, contacted, repository }) {
  return [
    ["Address", address(repository.clone_url)],
    ["Default branch", repository.default_branch || h("span", { class: "muted", text: "not known" })],
    ["Branches", repository.branches.length ? count(repository.branches.length) + (repository.more ? " or more" : "") : ""],
    ["Tags", repository.tags.length ? count(repository.tags.length) : ""],
    ["Branch, tag or commit in the address", source.ref],
    ["Commit", repository.commit ? h("code", { text: repository.commit }) : ""],
    ["Opens at", repository.path],
    ["Size", "Not known before it is fetched: hosts do not tell it to git. Your server says it then, and refuses what does not fit."],
    ["Asked", contacted.join(", ")],
  ];
}
