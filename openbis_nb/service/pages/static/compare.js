// Versions against a base: first what changed around the cells, then the cells side by side.
import { get } from "./api.js";
import { ask } from "./ask.js";
import { showChanges } from "./compare-changes.js";
import { byId, freshId, h, link } from "./dom.js";
import { failure } from "./failure.js";
import { frame } from "./frame.js";
import { compareOf, share } from "./library-links.js";
import { otherNotebook } from "./compare-with.js";
import { count, date } from "./words.js";

const region = byId("comparisons");
let own = []; // versions of the base's notebook

const wanted = () => {
  const query = new URLSearchParams(location.search);
  const base = query.get("base") ?? "";
  return { base, others: [...new Set(query.getAll("with"))].filter((other) => other && other !== base) };
};

async function show() {
  const { base, others } = wanted();
  region.setAttribute("aria-busy", "true");
  region.replaceChildren(h("p", { class: "muted", role: "status", text: "Comparing …" }));
  try {
    if (!base || !others.length) throw nothing(base);
    const found = await get("compare", { base, with: others });
    own = (await get("versions", { notebookId: found[0].base.notebookId, limit: 200 })).entries;
    draw(found);
  } catch (problem) {
    byId("about").textContent = "";
    region.replaceChildren(failure(problem, show));
  } finally {
    region.removeAttribute("aria-busy");
  }
}

const nothing = (base) => ({
  message: base ? "Nothing to compare it with is named." : "Nothing to compare is named.",
  nextStep: "Choose two notebooks in the library, or two versions on the page of a notebook, and press Compare there.",
  status: 404,
  body: {},
});

function draw(found) {
  const base = found[0].base;
  document.title = `Compare with ${calledAs(base)} · openBIS notebooks`;
  byId("about").textContent = found.length === 1 ? "What is new in the second one, seen from the first." : `${count(found.length)} versions, each seen from the same base.`;
  byId("actions").replaceChildren(
    ...(found.length === 1 ? [button("Swap", () => go(found[0].version.id, [base.id]))] : []),
    button("Add …", () => add(base, found.map((one) => one.version.id))),
    button("Share", () => share(compareOf(base.id, found.map((one) => one.version.id)), "this comparison")),
  );
  region.replaceChildren(baseField(base, found), ...found.map((one, place) => section(one, found, place)));
}

const button = (text, act, more = {}) => h("button", { type: "button", ...more, on: { click: act }, text });

/** Another address is another page for the browser's history; what is shown follows it. */
function go(base, others) {
  history.pushState(null, "", compareOf(base, others));
  show();
}

/** What is compared with: any that is in the comparison, or another version of the base's notebook. */
function baseField(base, found) {
  const id = freshId("base");
  const others = found.map((one) => one.version.id);
  const known = new Map([base, ...found.map((one) => one.version)].map((version) => [version.id, version]));
  for (const version of own) if (!known.has(version.id)) known.set(version.id, version);
  const choice = h("select", { id }, ...[...known.values()].map((version) => h("option", { value: version.id, text: inFull(version) })));
  choice.value = base.id;
  choice.addEventListener("change", () => {
    const rest = others.filter((other) => other !== choice.value);
    // One that was compared becomes the base: the base takes its place, so that nothing is lost.
    go(choice.value, rest.length === others.length ? others : [base.id, ...rest]);
  });
  return h("div", { class: "base-field" }, h("label", { for: id, text: "Base" }), choice, link(base.page, "Show it", { class: "small-text beside" }));
}

function section(one, found, place) {
  const heading = freshId("comparison");
  const others = found.map((other) => other.version.id);
  const rest = others.filter((other) => other !== one.version.id);
  const tools = [
    found.length > 1 ? button("Use as base", () => go(one.version.id, [one.base.id, ...rest]), { class: "small" }) : null,
    found.length > 1 ? button("Remove", () => go(one.base.id, rest), { class: "small", "aria-label": `Remove ${calledAs(one.version)}` }) : null,
  ];
  const view = h("div", { class: "side-by-side" });
  const sides = `${calledAs(one.base)} and ${calledAs(one.version)} side by side`;
  // Rendering takes the service a moment: of several only the first is asked for at once.
  if (place === 0) view.append(frame(one.frame, sides));
  else view.append(button("Show the cells side by side", (event) => event.target.replaceWith(frame(one.frame, sides))));
  return h(
    "article",
    { class: "comparison", "aria-labelledby": heading },
    h("header", {}, h("div", {}, h("h2", { id: heading }, link(one.version.page, calledAs(one.version))), h("p", { class: "muted small-text", text: about(one.version) })), h("div", { class: "row-actions" }, ...tools)),
    ...showChanges(one),
    view,
  );
}

const calledAs = (version) => `${version.name || "(unnamed)"}, version ${version.number}`;
const about = (version) => [version.owner, date(version.creationTime), version.id].filter(Boolean).join(" · ");
const inFull = (version) => `${calledAs(version)}: ${[version.owner, date(version.creationTime)].filter(Boolean).join(", ")}`;

async function add(base, others) {
  const id = freshId("version");
  const left = own.filter((version) => version.id !== base.id && !others.includes(version.id));
  const select = h("select", { id, disabled: !left.length }, h("option", { value: "", text: left.length ? "–" : "There is no other version." }), ...left.map((version) => h("option", { value: version.id, text: inFull(version) })));
  const version = { element: h("div", { class: "field" }, h("label", { for: id, text: "Another version of the base's notebook" }), select), check: () => null };
  const other = otherNotebook({ notebookId: base.notebookId });
  other.onChoose = () => (select.value = "");
  await ask({
    title: "Compare one more",
    about: `With ${calledAs(base)} as the base`,
    fields: [version, other],
    confirm: "Add",
    act: () => {
      const chosen = other.value ?? select.value;
      if (!chosen) {
        other.say("Choose a version or a notebook.");
        return false;
      }
      go(base.id, [...others, chosen]);
      return true;
    },
  });
}

window.addEventListener("popstate", show);
show();
