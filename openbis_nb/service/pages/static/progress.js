// The progress of a launch: follows its events, then goes to the notebook in the person's own server.
import { get, post, prefix } from "./api.js";
import { byId, h, link, meta } from "./dom.js";
import { failure } from "./failure.js";

const id = encodeURIComponent(meta("launch"));
const notebook = meta("notebook"); // by way of the hub, which starts the server if it is down
const STEPS = ["checking", "starting", "writing", "ready"];
const SILENCE = 20_000; // milliseconds without a connection until the page says so

const NOTEBOOK = { title: "Opening the notebook", failed: "The notebook could not be opened", writing: "Writing the notebook", open: "Open the notebook" };
const REPOSITORY = { title: "Getting the repository", failed: "The repository could not be fetched", writing: "Getting it into your files", open: "Go on in your server" };

let at = "checking";
let seen = false; // whether a step has been told of: of a failure of earlier, none is
let events = null;
let silence = 0;
let words = NOTEBOOK;

function follow() {
  byId("ends").replaceChildren();
  events = new EventSource(`${prefix}api/v1/launches/${id}/events`);
  events.addEventListener("state", (event) => take(JSON.parse(event.data)));
  events.addEventListener("open", () => clearTimeout(silence));
  events.addEventListener("error", () => {
    if (events.readyState === EventSource.CLOSED) whyNot();
    else {
      clearTimeout(silence);
      silence = setTimeout(() => say("The connection is lost; trying again …"), SILENCE);
    }
  });
}

/** What a launch brings decides how the page speaks of it. */
function callIt({ kind }) {
  words = kind === "repository" ? REPOSITORY : NOTEBOOK;
  byId("title").textContent = words.title;
  document.title = `${words.title} · openBIS notebooks`;
  document.querySelector("[data-step=writing] .name").textContent = words.writing;
}

function take(launch) {
  callIt(launch);
  byId("file").textContent = [launch.directory, launch.file_name].filter(Boolean).join("/");
  if (launch.state === "failed") {
    events.close();
    fail(launch.problem ?? {});
    return;
  }
  // "waiting": the notebook is made and the server is up. It writes when this browser comes.
  seen = true;
  mark(launch.state === "waiting" ? "writing" : launch.state, launch);
  if (launch.state === "waiting" || launch.state === "ready") {
    events.close();
    go(launch.state === "waiting" ? launch.url : notebook);
  }
}

function go(url) {
  const open = link(url, words.open, { class: "button primary" });
  byId("ends").replaceChildren(h("p", { class: "row" }, open));
  location.replace(open.href);
}

function mark(step, launch = {}) {
  at = step;
  for (const line of byId("steps").children) {
    const place = STEPS.indexOf(line.dataset.step) - STEPS.indexOf(step);
    const current = place === 0 && step !== "ready";
    const done = place < 0 || (place === 0 && step === "ready");
    line.className = done ? "done" : "";
    if (current) line.setAttribute("aria-current", "step");
    else line.removeAttribute("aria-current");
    line.querySelector(".mark").textContent = done ? "✓" : "";
    detail(line, current ? launch : {});
  }
  say(launch.message ?? "");
}

/** What the spawner says, and how far it is. */
function detail(line, { message = "", progress = null }) {
  line.querySelectorAll(".message, progress").forEach((part) => part.remove());
  const name = line.querySelector(".name").textContent;
  if (message && message !== name) line.append(h("span", { class: "message", text: message }));
  if (progress !== null) line.append(h("progress", { max: 100, value: progress, "aria-label": name }));
}

const say = (text) => (byId("now").textContent = text);

function fail(problem) {
  byId("title").textContent = words.failed;
  for (const line of byId("steps").children) {
    if (line.dataset.step !== at) continue;
    line.className = "broken";
    line.removeAttribute("aria-current");
    line.querySelector(".mark").textContent = "!";
    detail(line, {});
  }
  const gone = problem.status === 404; // nothing to try again, and no step that failed
  byId("steps").hidden = gone || !seen;
  const shown = { message: problem.detail ?? "The launch failed.", nextStep: problem.next_step ?? "", status: problem.status, body: problem };
  byId("ends").replaceChildren(
    failure(shown),
    h(
      "p",
      { class: "row" },
      gone ? null : h("button", { type: "button", class: "primary", on: { click: again }, text: "Try again" }),
      link(prefix, "Back to openBIS", { class: "button" }),
    ),
  );
}

async function again() {
  try {
    const launch = await post(`launches/${id}/retry`);
    if (launch.state === "failed" && launch.problem && !mayPass(launch.problem)) {
      fail({ ...launch.problem, next_step: `${launch.problem.next_step} Then make the notebook anew.` });
      return;
    }
    byId("title").textContent = words.title;
    byId("steps").hidden = false;
    mark("checking");
    follow();
  } catch (problem) {
    fail(problem.body);
  }
}

/** Whether the reason may be gone by itself, so that the launch goes on. */
const mayPass = (problem) => problem.status >= 500 || problem.status === 401 || problem.status === 429;

/** The events could not be had: the launch itself says why, or its absence does. */
async function whyNot() {
  try {
    await get(`launches/${id}`);
    fail({ detail: "The service does not tell how far the launch is.", next_step: "Try again." });
  } catch (problem) {
    fail(problem.body);
  }
}

mark("checking");
follow();
