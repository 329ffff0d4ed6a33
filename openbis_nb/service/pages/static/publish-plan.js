// What a page would show, and to whom: asked of the service, and seen in a frame before anything is published.
import { post } from "./api.js";
import { freshId, h } from "./dom.js";
import { failure } from "./failure.js";
import { frame } from "./frame.js";
import { count, date, size } from "./words.js";

const MOST_PEOPLE = 30;

/** A part of a dialog; `onPlan(plan)` is told of each plan. */
export class PlanView {
  #onPlan;
  #status = h("p", { class: "muted", role: "status" });
  #said = h("div", { class: "plan-said" });
  #refusal = h("p", { class: "notice warn", role: "alert", hidden: true });
  #shown = h("div", { class: "plan-frame" });
  #asked = 0;
  plan = null;
  element;

  constructor(onPlan) {
    this.#onPlan = onPlan;
    const heading = freshId("plan");
    this.element = h("section", { class: "plan", tabindex: "-1", "aria-labelledby": heading }, h("h3", { id: heading, text: "What will be seen" }), this.#status, this.#refusal, this.#said, this.#shown);
  }

  /** Nothing is published that nobody has been shown. */
  check() {
    if (this.plan && this.plan.may.publish.allowed) return null;
    if (!this.plan && this.element.hasAttribute("aria-busy")) this.#status.textContent = "Looking at what will be seen; wait for it.";
    return this.element;
  }

  /** Ask for the plan of `wanted`; an answer that another question has overtaken is not shown. */
  async show(wanted) {
    const turn = (this.#asked += 1);
    this.plan = null;
    this.element.setAttribute("aria-busy", "true");
    this.#status.textContent = "Looking at what will be seen …";
    try {
      const plan = await post("publish-plan", wanted);
      if (turn !== this.#asked) return;
      this.plan = plan;
      this.#status.textContent = "";
      this.#refusal.textContent = plan.may.publish.reason;
      this.#refusal.hidden = plan.may.publish.allowed;
      this.#said.replaceChildren(...lines(plan));
      this.#shown.replaceChildren(plan.frame ? frame(plan.frame, "Preview of the page") : "");
      this.#onPlan(plan);
    } catch (problem) {
      if (turn !== this.#asked) return;
      this.#status.textContent = "";
      this.#shown.replaceChildren();
      this.#refusal.hidden = true;
      this.#said.replaceChildren(failure(problem, () => this.show(wanted)));
    } finally {
      if (turn === this.#asked) this.element.removeAttribute("aria-busy");
    }
  }
}

function lines(plan) {
  const { contains, version } = plan;
  const shown = [
    contains.cells === 1 ? "1 cell" : `${count(contains.cells)} cells`,
    contains.images ? (contains.images === 1 ? "1 picture" : `${count(contains.images)} pictures`) : "",
    contains.code ? "with code" : "without code",
    size(contains.size),
  ];
  return [
    h(
      "dl",
      { class: "plan-facts" },
      fact("By whom", h("div", {}, h("p", { text: plan.visible_to.text }), people(plan.visible_to.people))),
      fact("What", `${shown.filter(Boolean).join(", ")}; saved ${date(version.saved_at)} by ${version.saved_by}`),
      plan.redactions.length ? fact("Taken out", h("ul", {}, ...plan.redactions.map((one) => h("li", { text: `${one.count > 1 ? `${count(one.count)} × ` : ""}${one.kind}, ${one.place}` })))) : null,
    ),
    ...plan.warnings.map((text) => h("p", { class: "notice warn", text })),
    plan.pages.length ? h("p", { class: "notice", text: plan.pages.length === 1 ? "This notebook has a page already; it stays as it is." : `This notebook has ${count(plan.pages.length)} pages already; they stay as they are.` }) : null,
  ].filter(Boolean);
}

const fact = (name, value) => h("div", {}, h("dt", { text: name }), h("dd", {}, value));

/** Those who have a role there now. */
export function people(known) {
  if (!known?.length) return null;
  const rows = known.slice(0, MOST_PEOPLE).map(([user, role]) => h("li", { text: `${user} (${role})` }));
  if (known.length > MOST_PEOPLE) rows.push(h("li", { text: `and ${count(known.length - MOST_PEOPLE)} more` }));
  return h("details", {}, h("summary", { text: known.length === 1 ? "1 person now" : `${count(known.length)} people now` }), h("ul", { class: "people" }, ...rows));
}
