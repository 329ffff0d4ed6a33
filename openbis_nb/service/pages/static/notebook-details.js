// Details: what a notebook is, where it is stored, what went into it and what ran it.
import { badge, dataSetChip, entityChip, stamp } from "./chips.js";
import { h, link } from "./dom.js";
import { count, size } from "./words.js";

const ROLES = { parent: "", "never attached": "named, but never handed to the kernel", unticked: "taken off by hand at the save" };
const ENVIRONMENT = { python: "Python", implementation: "Implementation", platform: "Platform", kernel: "Kernel", image: "Image" };

export function showDetails(region, page) {
  const { detail } = page;
  const { notebook } = detail;
  const newest = detail.versions.find((row) => row.current) ?? detail.versions.at(-1);
  region.replaceChildren(
    h(
      "dl",
      { class: "facts" },
      ...rows([
        ["Name", notebook.name],
        ["Description", notebook.description || muted("none")],
        ["Author", notebook.owner],
        ["Co-authors", detail.coAuthors.length ? detail.coAuthors.join(", ") : muted("none")],
        ["Stored in", entityChip(notebook.storedIn, { eln: true })],
        ["Created", stamp(notebook.creationTime)],
        ["Latest version", h("span", {}, `${newest.number} of ${detail.versions.length}, `, stamp(notebook.lastCheckpointTime), ` by ${newest.owner}`)],
        ["Size", `${size(notebook.size)}; all versions together ${size(notebook.totalStorageSize)}`],
        ["Inputs", inputs(detail.inputs)],
        ["Template", detail.template ? [detail.template.slug, detail.template.version].filter(Boolean).join(" ") : muted("none")],
        ["Parameters", parameters(detail.parameters)],
        ["Fork of", detail.forkedFrom ? origin(detail.forkedFrom) : null],
        ["Imported from", detail.importedFrom ? imported(detail.importedFrom) : null],
        ["Environment", environment(detail.environment)],
        ["Id", h("code", { text: notebook.id })],
        ["Number", h("code", { text: notebook.fid })],
        ["Data set of the newest version", h("span", { class: "chip" }, h("code", { text: newest.id }), newest.link ? link(newest.link, "ELN", { target: "_blank", rel: "noreferrer", class: "small-text beside" }) : null)],
      ]),
    ),
  );
}

function rows(facts) {
  return facts.filter(([, value]) => value).map(([name, value]) => h("div", {}, h("dt", { text: name }), h("dd", { class: typeof value === "string" ? null : "long" }, value)));
}

const muted = (text) => h("span", { class: "muted", text });

function inputs(states) {
  if (!states.length) return muted("none");
  return h("ul", {}, ...states.map(input));
}

function input({ dataSet, role, newer }) {
  return h(
    "li",
    { class: "input" },
    dataSetChip(dataSet),
    ROLES[role] ? badge(ROLES[role]) : null,
    newer ? h("span", {}, badge("there is a newer version"), " ", dataSetChip(newer)) : null,
  );
}

function parameters(values) {
  const names = Object.keys(values);
  if (!names.length) return muted("none");
  return h("ul", {}, ...names.map((name) => h("li", {}, h("code", { text: `${name} = ${JSON.stringify(values[name])}` }))));
}

function origin({ page, owner, notebookId }) {
  const text = owner ? `a notebook of ${owner}` : "another notebook";
  return page ? link(page, text) : h("span", {}, text, " that openBIS does not show you, ", h("code", { text: notebookId }));
}

function imported({ url, commit, sha256, fetchedAt }) {
  return h(
    "div",
    {},
    h("p", {}, link(url, url, { target: "_blank", rel: "noreferrer" }), ", ", stamp(fetchedAt)),
    commit ? h("p", {}, "Commit ", h("code", { text: commit })) : null,
    h("p", {}, "SHA-256 ", h("code", { text: sha256 })),
  );
}

function environment(recorded) {
  const known = Object.entries(ENVIRONMENT).filter(([name]) => recorded[name]);
  const packages = Object.entries(recorded.packages && typeof recorded.packages === "object" ? recorded.packages : {});
  if (!known.length && !packages.length) return muted("not recorded");
  return h(
    "div",
    {},
    ...known.map(([name, title]) => h("p", { text: `${title}: ${recorded[name]}` })),
    packages.length
      ? h("details", {}, h("summary", { text: `${count(packages.length)} packages` }), h("ul", { class: "packages" }, ...packages.sort().map(([name, version]) => h("li", { text: `${name} ${version}` }))))
      : null,
  );
}
