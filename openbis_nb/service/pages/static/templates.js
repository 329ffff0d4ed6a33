// The dialog's choice of a template: title, what it does, its outline and kernel.
import { get } from "./api.js";
import { byId, h } from "./dom.js";
import { failure } from "./failure.js";

const FIRST = "analysis"; // the general one, where nothing was chosen before

export class TemplateChooser {
  #region = byId("templates");
  #all = null;
  #onChange;
  chosen = null;

  /** `onChange(template)` is called whenever another one is chosen; null: none suits. */
  constructor(onChange) {
    this.#onChange = onChange;
    this.#region.addEventListener("change", (event) => this.#choose(event.target.value));
  }

  /** Offer what suits an owner of a kind (null: of any). `wanted`: slug to choose, if it is there. */
  async offer(kind, wanted) {
    try {
      this.#all ??= await get("templates");
    } catch (problem) {
      this.#region.replaceChildren(failure(problem, () => this.offer(kind, wanted)));
      this.chosen = null;
      this.#onChange(null);
      return;
    }
    const suitable = this.#all.filter((one) => !kind || !one.entity_kinds.length || one.entity_kinds.includes(kind));
    const now = [wanted, this.chosen?.slug, FIRST].map((slug) => suitable.find((one) => one.slug === slug)).find(Boolean) ?? suitable[0];
    this.#region.replaceChildren(
      ...(suitable.length ? suitable.map((one) => this.#card(one, one === now)) : [h("p", { class: "muted", text: "No template suits this owner." })]),
    );
    this.chosen = now ?? null;
    this.#onChange(this.chosen);
  }

  #card(template, chosen) {
    const id = `template-${template.slug}`;
    return h(
      "label",
      { class: "template" },
      h("input", { type: "radio", name: "template", value: template.slug, checked: chosen, "aria-labelledby": `${id}-title`, "aria-describedby": `${id}-about` }),
      h(
        "span",
        { class: "template-text" },
        h("span", { class: "template-title", id: `${id}-title` }, h("strong", { text: template.title }), h("span", { class: "kernel", text: template.kernel })),
        h("span", { class: "help", id: `${id}-about`, text: template.description }),
        template.outline.length ? h("span", { class: "outline", text: template.outline.join(" › ") }) : null,
      ),
    );
  }

  #choose(slug) {
    this.chosen = this.#all.find((one) => one.slug === slug) ?? null;
    this.#onChange(this.chosen);
  }
}
