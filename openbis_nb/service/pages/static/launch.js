// Sending a launch off: the new tab is opened at the click itself, else browsers block it (U-04).
import { post, postForFile, prefix } from "./api.js";
import { h, link } from "./dom.js";

/** Open the notebook in a new tab. `outcome` says what happened; `done` is called when the tab goes on. */
export async function connect(request, outcome, done, path = "launches") {
  const tab = window.open(`${prefix}opening`, "_blank");
  if (tab) tab.opener = null; // what runs in the tab later shall not reach this page
  outcome.replaceChildren(h("p", { text: "Creating the notebook …" }));
  let launch;
  try {
    launch = await post(path, request);
  } catch (problem) {
    tab?.close();
    outcome.replaceChildren();
    throw problem;
  }
  if (tab && !tab.closed) {
    tab.location.replace(launch.page);
    outcome.replaceChildren();
    done();
    return;
  }
  const to = link(launch.page, "Open the notebook", { class: "button primary", target: "_blank" });
  outcome.replaceChildren(h("p", { class: "notice warn" }, "Your browser blocked the new tab. The notebook is ready to be opened: ", to));
  to.focus();
}

/** Get the notebook as a file. */
export async function download(request, outcome) {
  outcome.replaceChildren(h("p", { text: "Creating the notebook …" }));
  try {
    const { blob, name } = await postForFile("downloads", request);
    const url = URL.createObjectURL(blob);
    h("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    outcome.replaceChildren(h("p", { class: "done", text: `Downloaded: ${name}` }));
  } catch (problem) {
    outcome.replaceChildren();
    throw problem;
  }
}
