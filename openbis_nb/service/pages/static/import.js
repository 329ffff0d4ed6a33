// Import & run: an address is looked at when a person says so; then it is launched as everything else is.
import { get, post } from "./api.js";
import { byId, h } from "./dom.js";
import { failure } from "./failure.js";
import { pageQuery } from "./import-address.js";
import { showFound } from "./import-found.js";
import { showMine } from "./import-list.js";

const field = byId("url");
const query = new URLSearchParams(location.search);
let looking = false;

function say(problem) {
  byId("url-error").textContent = problem;
  byId("url-error").hidden = !problem;
  if (problem) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

/** The address that stands in the field is looked at: only now anybody is asked. */
async function look() {
  if (looking) return;
  const url = field.value.trim();
  say(url ? "" : "Give the address of a notebook or repository.");
  if (!url) {
    field.focus();
    return;
  }
  looking = byId("go").disabled = true;
  byId("brought").hidden = byId("found").hidden = true;
  byId("outcome").replaceChildren(h("p", { class: "muted", text: "Looking at it …" }));
  try {
    const ref = query.get("url") === url ? query.get("ref") : null;
    const found = await post("imports/preview", { url, ...(ref ? { ref } : {}) });
    byId("outcome").replaceChildren();
    history.replaceState(null, "", `?${pageQuery(url, ref, found)}`);
    show(found, true);
  } catch (problem) {
    byId("outcome").replaceChildren(failure(problem, look));
    if (problem.body?.field === "url") field.focus();
  } finally {
    looking = byId("go").disabled = false;
  }
}

function show(found, fresh) {
  showFound(byId("found"), found, showMine);
  byId("found").hidden = false;
  if (fresh) byId("found-title").focus();
}

/** What was looked at before; what a link names is only filled in. */
async function begin() {
  byId("go").disabled = false; // before this page listens, the browser would send the form itself
  const before = query.get("preview");
  if (before) {
    try {
      show(await get(`imports/preview/${encodeURIComponent(before)}`), false);
      return;
    } catch {
      // it is kept no longer, or was somebody else's: then it is looked at anew
    }
  }
  byId("brought").hidden = !field.value;
  (field.value ? byId("go") : field).focus();
}

byId("look").addEventListener("submit", (event) => {
  event.preventDefault();
  look();
});
field.addEventListener("change", () => say(""));
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && showMine());
begin();
showMine();
