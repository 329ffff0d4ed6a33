// Name, author and place of a notebook, and what can be done with it.
import { entityChip, stamp } from "./chips.js";
import { compareWith } from "./compare-with.js";
import { h, link } from "./dom.js";
import { fileOf, library, share } from "./library-links.js";
import { menuButton } from "./menu.js";
import { fork, move, nameCoAuthors, rename, takeOver, trash } from "./notebook-actions.js";
import { openVersion } from "./open-version.js";
import { publish } from "./publish.js";
import { uploadVersion } from "./upload.js";
import { toast } from "./toast.js";
import { restore } from "./version-actions.js";
import { size } from "./words.js";

/** `page`: what notebook.js shares. */
export function showHead(region, page) {
  const { detail, version } = page;
  const { notebook } = detail;
  region.replaceChildren(
    h("nav", { "aria-label": "Where it lies" }, h("ol", { class: "crumbs" }, h("li", {}, link(library, "Library")), notebook.storedIn ? h("li", {}, link(notebook.storedIn.page, notebook.storedIn.identifier)) : null)),
    h("div", { class: "page-head" }, h("div", {}, h("h1", { text: notebook.name }), origin(page)), h("div", { class: "actions" }, open(page), link(fileOf(version.id), "Download", { class: "button" }), ...buttons(page), menu(page))),
    ...notices(page),
  );
}

function origin({ detail, version }) {
  const { notebook, forkedFrom, coAuthors } = detail;
  return h(
    "p",
    { class: "origin" },
    h("span", {}, "Author ", h("strong", { text: notebook.owner }), coAuthors.length ? ` with ${coAuthors.join(", ")}` : ""),
    h("span", {}, "Stored in ", entityChip(notebook.storedIn, { eln: true })),
    h("span", {}, version.current ? `Version ${version.number}, the newest, of ` : `Newest version of `, stamp(notebook.lastCheckpointTime), `, ${size(notebook.size)}`),
    forkedFrom ? h("span", {}, "Fork of ", forkedFrom.page ? link(forkedFrom.page, forkedFrom.owner ? `a notebook of ${forkedFrom.owner}` : "another notebook") : "a notebook that openBIS does not show you") : null,
  );
}

function notices(page) {
  const { detail, version, choose } = page;
  const newest = detail.versions.find((row) => row.current);
  const said = [];
  if (!version.counts) said.push(h("p", { class: "notice warn", text: `Shown as a fork: ${version.owner} wrote this version without being the author or a co-author. It does not change the notebook.` }));
  if (!version.current && newest) {
    said.push(
      h(
        "p",
        { class: "notice" },
        `You look at version ${version.number} of ${detail.versions.length}. `,
        h("button", { type: "button", class: "small", on: { click: () => choose(newest) }, text: "Show the newest" }),
        reasonOf(detail, "restore-version") ? null : h("button", { type: "button", class: "small", on: { click: () => restore(page, version) }, text: "Restore this version" }),
      ),
    );
  }
  return said;
}

function open(page) {
  const { detail, version } = page;
  const item = (text, action, mode) => ({ text, reason: reasonOf(detail, action), act: () => openVersion(version, detail.notebook, mode, !reasonOf(detail, "add-version")) });
  return menuButton("Open in JupyterLab", [item("Continue this notebook", "open", "continue"), item("Use as template", "open-as-template", "template")]);
}

function buttons({ detail, version }) {
  const what = version.current ? `“${detail.notebook.name}”` : `version ${version.number} of “${detail.notebook.name}”`;
  const compared = { id: version.id, notebookId: detail.notebook.id, name: version.current ? detail.notebook.name : `${detail.notebook.name}, version ${version.number}` };
  return [
    h("button", { type: "button", on: { click: () => compareWith(compared, detail.versions) }, text: "Compare" }),
    h("button", { type: "button", on: { click: () => publish(detail.notebook, version) }, text: "Publish …" }),
    h("button", { type: "button", on: { click: () => share(version.current ? detail.notebook.page : version.page, what) }, text: "Share" }),
  ];
}

function menu(page) {
  const { detail } = page;
  const item = (text, action, act, more = {}) => ({ text, reason: reasonOf(detail, action), act: () => act(page), ...more });
  return menuButton(
    "More…",
    [
      item("Rename, or change the notes", "rename", rename),
      item("Upload a version", "add-version", uploaded),
      { text: "Fork", act: () => fork(page) }, // another place than this one may take it
      item("Name co-authors", "co-authors", nameCoAuthors),
      item("Take over", "take-over", takeOver),
      item("Move", "move", move),
      item("Move to the trash", "trash", trash, { danger: true }),
    ],
    { primary: false },
  );
}

async function uploaded(page) {
  const made = await uploadVersion(page.detail.notebook);
  if (!made) return;
  const isFork = made.notebookId !== page.detail.notebook.id;
  toast([isFork ? "Saved as a fork of your own." : "The version is saved.", ...made.told].join(" "), isFork ? { href: made.page, text: "Show it" } : null);
  await page.reload();
}

/** Why somebody may not do something now; empty if they may. */
export function reasonOf(detail, action) {
  const permission = detail.permissions[action];
  if (!permission || permission.allowed) return "";
  return permission.reason || (permission.role ? `This takes the role ${permission.role}.` : "You may not do this.");
}
