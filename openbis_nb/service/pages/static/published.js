// A published page: what it shows, and for whoever may: what it is to show, and how long.
import { get } from "./api.js";
import { byId, h, link, meta } from "./dom.js";
import { failure } from "./failure.js";
import { frame } from "./frame.js";
import { showEdit } from "./published-edit.js";
import { isBroughtForward, showHead } from "./published-head.js";
import { published } from "./published-links.js";
import { Tabs } from "./tabs.js";
import { toastFromBefore } from "./toast.js";

const id = meta("page-id");
const tabs = new Tabs(byId("tabs"), (name) => {
  const query = new URLSearchParams(location.search);
  if (name === "contents") query.delete("tab");
  else query.set("tab", name);
  history.pushState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}`);
  draw();
});
const drawn = new Map(); // tab → what it was drawn for
const LOOKS = [1_500, 3_000, 6_000, 12_000]; // milliseconds between looks whether a newer version is shown by now
let looked = 0;
let shown = null;

/** What the parts of the page share. */
const page = {
  get detail() {
    return shown;
  },
  /** After something was changed: what is so now. */
  reload: () => load(),
  /** What a change has answered. */
  take(detail) {
    shown = detail;
    follow();
  },
};

async function load() {
  byId("main").setAttribute("aria-busy", "true");
  try {
    page.take(await get(`pages/${encodeURIComponent(id)}`));
  } catch (problem) {
    byId("body").hidden = true;
    byId("head").replaceChildren(failure(problem, load), h("p", {}, link(published, "To the published pages", { class: "button" })));
  } finally {
    byId("main").removeAttribute("aria-busy");
  }
}

function follow() {
  document.title = `${shown.title} · openBIS notebooks`;
  showHead(byId("head"), page);
  const may = mayChange(shown);
  byId("tab-edit").hidden = !may;
  byId("tabs").hidden = !may; // one tab is none
  byId("body").hidden = false;
  const wanted = new URLSearchParams(location.search).get("tab");
  tabs.show(wanted === "edit" && may ? "edit" : "contents");
  draw();
  if (isBroughtForward(shown) && looked < LOOKS.length) setTimeout(lookAgain, LOOKS[looked++]);
}

/** Not while somebody fills in the form. */
function lookAgain() {
  if (tabs.chosen === "contents") load();
}

const mayChange = ({ may }) => ["edit", "switch-snapshot", "snapshot", "stop", "resume"].some((action) => may[action]?.allowed);

function draw() {
  const name = tabs.chosen;
  const wanted = name === "contents" ? `${shown.frame} ${shown.snapshot_id}` : `${shown.etag} ${shown.snapshot_id}`;
  if (drawn.get(name) === wanted) return;
  drawn.set(name, wanted);
  if (name === "edit") showEdit(byId("panel-edit"), page);
  else byId("panel-contents").replaceChildren(shown.frame ? frame(shown.frame, shown.title) : h("p", { class: "notice warn", text: shown.reason_text }));
}

window.addEventListener("popstate", () => shown && follow());
load();
toastFromBefore();
