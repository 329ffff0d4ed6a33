// Tabs (WAI-ARIA): arrow keys, Home and End move and choose; what is chosen stands in the address.

/** `list`: the element with role=tablist, whose tabs name their panels; `onChange(name)` fills a panel. */
export class Tabs {
  #tabs;
  #onChange;
  chosen = "";

  constructor(list, onChange) {
    this.#tabs = [...list.querySelectorAll("[role=tab]")];
    this.#onChange = onChange;
    list.addEventListener("click", (event) => this.#take(event.target.closest("[role=tab]")));
    list.addEventListener("keydown", (event) => {
      const at = this.#tabs.indexOf(event.target);
      const steps = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: this.#tabs.length - 1 };
      if (at < 0 || !(event.key in steps)) return;
      event.preventDefault();
      const next = this.#tabs.at(steps[event.key] % this.#tabs.length);
      next.focus();
      this.#take(next);
    });
  }

  has(name) {
    return this.#tabs.some((tab) => tab.dataset.tab === name);
  }

  /** Show a tab without being asked by a person. */
  show(name) {
    this.chosen = name;
    for (const tab of this.#tabs) {
      const is = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", String(is));
      tab.tabIndex = is ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !is;
    }
  }

  #take(tab) {
    if (!tab || tab.dataset.tab === this.chosen) return;
    this.show(tab.dataset.tab);
    this.#onChange(tab.dataset.tab);
  }
}
