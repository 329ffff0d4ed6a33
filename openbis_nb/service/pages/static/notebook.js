// The page of one notebook: its head, and tabs for contents, details, versions and lineage.
import { get } from "./api.js";
import { byId, h, link, meta } from "./dom.js";
import { failure } from "./failure.js";
import { library } from "./library-links.js";
import { showContents } from "./notebook-contents.js";
import { showDetails } from "./notebook-details.js";
import { showHead } from "./notebook-head.js";
import { showLineage } from "./notebook-lineage.js";
import { showVersions } from "./notebook-versions.js";
import { Tabs } from "./tabs.js";
import { toastFromBefore } from "./toast.js";

const PARTS = { contents: showContents, details: showDetails, versions: showVersions, lineage: showLineage };
const id = meta("notebook-id");
const drawn = new Map(); // tab → what it was drawn for
const tabs = new Tabs(byId("tabs"), (name) => {
  address({ tab: name === "contents" ? null : name });
  draw();
});
let detail = null;
let version = null; // the one that is shown
let asking = null;

/** What the parts of the page share. */
const page = {
  get detail() {
    return detail;
  },
  get version() {
    return version;
  },
  get hidesCode() {
    return new URLSearchParams(location.search).get("code") === "hidden";
  },
  hideCode(hidden) {
    address({ code: hidden ? "hidden" : null }, true);
    draw();
  },
  /** Show another version; `tab`: where. */
  choose(chosen, tab = tabs.chosen) {
    history.pushState(null, "", addressOf(chosen, { tab: tab === "contents" ? null : tab }));
    follow();
  },
  /** After something was changed: what openBIS has now. */
  reload: () => load(),
};

/** The newest version is shown under the notebook's own address, so that the link follows it. */
function addressOf(chosen, changes) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  return `${chosen.current ? detail.notebook.page : chosen.page}${query.size ? `?${query}` : ""}`;
}

function address(changes, replace = false) {
  const to = addressOf(version, changes);
  if (replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
}

async function load() {
  asking?.abort();
  const now = (asking = new AbortController());
  byId("main").setAttribute("aria-busy", "true");
  try {
    const found = await get(`notebooks/${encodeURIComponent(id)}`, {}, now.signal);
    if (now.signal.aborted) return;
    detail = found;
    drawn.clear();
    byId("body").hidden = false;
    follow();
  } catch (problem) {
    if (now.signal.aborted) return;
    byId("body").hidden = true;
    byId("head").replaceChildren(failure(problem, load), h("p", {}, link(library, "To the library", { class: "button" })));
  } finally {
    if (!now.signal.aborted) byId("main").removeAttribute("aria-busy");
  }
}

/** Show what the address names. */
function follow() {
  const wanted = wantedVersion();
  const newest = detail.versions.find((row) => row.current) ?? detail.versions.at(-1);
  version = wanted ? detail.versions.find((row) => row.id === wanted) : newest;
  if (!version) {
    byId("body").hidden = true;
    byId("head").replaceChildren(
      failure({ message: `${wanted} is no version of this notebook that openBIS shows you.`, nextStep: "It may have been trashed.", status: 404, body: {} }),
      h("p", {}, link(detail.notebook.page, "To the newest version", { class: "button" })),
    );
    return;
  }
  byId("body").hidden = false;
  const tab = new URLSearchParams(location.search).get("tab");
  tabs.show(tabs.has(tab) ? tab : "contents");
  document.title = `${detail.notebook.name} · openBIS notebooks`;
  byId("tab-versions").textContent = `Versions (${detail.versions.length})`;
  showHead(byId("head"), page);
  draw();
}

/** The last part of the path, where it is not the notebook itself. */
function wantedVersion() {
  const parts = location.pathname.slice(library.length).split("/").filter(Boolean); // n, slug-id, permId
  return parts[2] ? decodeURIComponent(parts[2]) : "";
}

/** Fill the tab that is shown, unless it shows this already. */
function draw() {
  const name = tabs.chosen;
  const wanted = `${detail.etag} ${version.id} ${page.hidesCode}`;
  if (drawn.get(name) === wanted) return;
  drawn.set(name, wanted);
  PARTS[name](byId(`panel-${name}`), page);
}

window.addEventListener("popstate", () => detail && follow());
load();
toastFromBefore();
