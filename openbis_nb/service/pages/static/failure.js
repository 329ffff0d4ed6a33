// What a person sees when something failed: the reason, the next step, a way to try again or to log in.
import { h, link } from "./dom.js";

/** `again`: called by "Try again", which is offered where trying again can help. */
export function failure(problem, again = null) {
  const over = problem.status === 401;
  const mistake = problem.status >= 400 && problem.status < 500 && problem.status !== 429;
  const actions = h("p", { class: "actions" });
  if (over) actions.append(logIn(problem));
  else if (again && !mistake) actions.append(h("button", { type: "button", class: "small", on: { click: again }, text: "Try again" }));
  return h(
    "div",
    { class: "failure", role: "alert" },
    h("p", {}, h("strong", { text: problem.message })),
    problem.nextStep ? h("p", { text: problem.nextStep }) : null,
    actions.childNodes.length ? actions : null,
  );
}

/** To the hub's log-in and back to this very page; without a session here the page itself leads there. */
function logIn(problem) {
  const here = location.pathname + location.search;
  if (!problem.body.login_url) return link(here, "Log in", { class: "button primary small" });
  const to = new URL(problem.body.login_url, location.href);
  to.searchParams.set("again", "1"); // the hub may still take its own cookie for good
  to.searchParams.set("next", here);
  return link(to.href, "Log in", { class: "button primary small" });
}
