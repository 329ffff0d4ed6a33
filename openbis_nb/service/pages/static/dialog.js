// "Create Jupyter Notebook": the fields of the ELN's dialog, a template with its parameters, a server.
import { get } from "./api.js";
import { DataSetChooser } from "./data-sets.js";
import { byId, h } from "./dom.js";
import { failure } from "./failure.js";
import { fieldOf } from "./fields.js";
import { connect, download } from "./launch.js";
import { recall, remember } from "./memory.js";
import { Parameters } from "./parameters.js";
import { Picker, groupsOf } from "./picker.js";
import { TemplateChooser } from "./templates.js";
import { label, plural, sentence } from "./words.js";

const dialog = byId("dialog");
const form = byId("form");

/** The dialog of a page; `open` shows it for one entity. */
export class LaunchDialog {
  #place = null;
  #owner = null;
  #inputs = new DataSetChooser();
  #parameters = new Parameters(byId("parameters"));
  #templates = new TemplateChooser((template) => this.#templateChanged(template));
  #profiles = [];
  #namedByHand = false;
  #busy = false;
  #ownerPicker;

  constructor() {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(true);
    });
    byId("download").addEventListener("click", () => this.#submit(false));
    byId("cancel").addEventListener("click", () => dialog.close());
    byId("name").addEventListener("input", () => (this.#namedByHand = byId("name").value !== ""));
    for (const name of ["name", "directory"]) byId(name).addEventListener("change", () => fieldOf(name).clear());
    this.#ownerPicker = new Picker({
      input: byId("owner"),
      list: byId("owner-list"),
      status: byId("owner-status"),
      load: (words, signal) => this.#owners(words, signal),
      choose: (item) => this.#setOwner(item.node),
      empty: true,
    });
    byId("owner").addEventListener("focus", () => byId("owner").select());
    byId("owner").addEventListener("blur", () => this.#ownerLeft());
  }

  /** `card` of the place; `input`: the data set it was opened from; `inputs`: permIds that a link names. */
  async open(card, { input = null, inputs = [], download: toDownload = false } = {}) {
    this.#place = card;
    this.#namedByHand = false;
    byId("dialog-place").textContent = `${sentence(card.kind)} ${card.identifier}`;
    byId("form-failure").replaceChildren();
    byId("dialog-outcome").replaceChildren();
    for (const name of ["inputs", "owner", "directory", "name", "template"]) fieldOf(name).clear();
    byId("connect").classList.toggle("primary", !toDownload);
    byId("download").classList.toggle("primary", toDownload);
    if (!dialog.open) dialog.showModal();
    form.querySelector(".fields").scrollTop = 0;
    const owns = card.kind === "experiment" || card.kind === "object";
    const owner = input?.owner ?? (owns ? card : null);
    const directory = recall().directory ?? "";
    byId("directory").value = directory || card.code;
    byId(owner ? "directory" : "owner").focus();
    const wanted = input ? [input.perm_id] : inputs;
    await Promise.all([this.#setOwner(owner, wanted, recall().template), this.#offerProfiles()]);
  }

  // --- owner -----------------------------------------------------------------------------------------

  async #setOwner(owner, inputs = [], template = null) {
    const same = owner && this.#owner?.perm_id === owner.perm_id && dialog.dataset.place === this.#place.perm_id;
    this.#owner = owner;
    dialog.dataset.place = this.#place.perm_id;
    byId("owner").value = owner ? shown(owner) : "";
    this.#ownerPicker.close();
    fieldOf("owner").clear();
    this.#warnOfOwner(owner);
    if (same && !inputs.length && template === null) return;
    await Promise.all([this.#templates.offer(owner?.kind ?? null, template), this.#inputs.begin(owner, inputs)]);
  }

  /** A card knows whether something may be stored there; an entity of a search is asked for at the launch. */
  #warnOfOwner(owner) {
    if (owner?.frozen) fieldOf("owner").say("It is frozen: choose another owner.");
    else if (owner?.may_add === false) fieldOf("owner").say("You may not save there: choose another owner, or ask for the role USER.");
  }

  async #owners(words, signal) {
    const owns = this.#place.kind === "experiment" || this.#place.kind === "object";
    if (!words || (this.#owner && words === shown(this.#owner))) {
      if (owns) return [];
      const { sections } = await get(`entities/${encodeURIComponent(this.#place.perm_id)}/owners`, { kind: this.#place.kind }, signal);
      return groupsOf(sections, (kind) => `${sentence(plural(kind))} in ${this.#place.identifier}`);
    }
    const { sections } = await get("search", { q: words, kind: ["experiment", "object"] }, signal);
    return groupsOf(sections, (kind) => sentence(plural(kind)));
  }

  /** What was typed and not chosen is no owner. */
  #ownerLeft() {
    this.#ownerPicker.close();
    const typed = byId("owner").value.trim();
    if (this.#owner && typed !== shown(this.#owner)) byId("owner").value = shown(this.#owner);
    else if (!this.#owner && typed) byId("owner").value = "";
  }

  // --- template, name, server ------------------------------------------------------------------------

  #templateChanged(template) {
    this.#parameters.show(template?.parameters ?? []);
    fieldOf("template").clear();
    if (this.#namedByHand) return;
    const today = new Date().toLocaleDateString("sv"); // 2026-11-21
    const about = this.#owner ?? this.#place;
    byId("name").value = [template?.title, about && label(about), today].filter(Boolean).join(" - ").slice(0, 200);
  }

  async #offerProfiles() {
    const select = byId("profile");
    try {
      this.#profiles = await get("profiles");
    } catch {
      this.#profiles = []; // the server's own choice is made then
    }
    const last = recall().profile;
    select.replaceChildren(...this.#profiles.map((one) => h("option", { value: one.slug, selected: one.slug === last, text: one.display_name })));
    const explain = () => (byId("profile-help").textContent = this.#profile?.description ?? "");
    select.onchange = explain;
    explain();
    byId("field-profile").hidden = this.#profiles.length === 0;
  }

  get #profile() {
    return this.#profiles.find((one) => one.slug === byId("profile").value);
  }

  // --- launch ----------------------------------------------------------------------------------------

  async #submit(connecting) {
    if (this.#busy) return;
    byId("form-failure").replaceChildren();
    byId("dialog-outcome").replaceChildren();
    const wrong = this.#check(connecting);
    if (wrong) {
      wrong.focus();
      return;
    }
    remember({
      ...(connecting ? { directory: byId("directory").value.trim() } : {}),
      template: this.#templates.chosen.slug,
      ...(this.#profile ? { profile: this.#profile.slug } : {}),
    });
    this.#setBusy(true);
    try {
      if (connecting) await connect(this.#request(), byId("dialog-outcome"), () => dialog.close());
      else await download(this.#request(), byId("dialog-outcome"));
    } catch (problem) {
      this.#complain(problem);
    } finally {
      this.#setBusy(false);
    }
  }

  /** The first field that cannot stay as it is; null when all can. */
  #check(connecting) {
    const found = [
      fieldOf("owner").require(this.#owner, "Choose the experiment or object that the notebook is saved to."),
      connecting ? fieldOf("directory").check(directoryProblem(byId("directory").value)) : null,
      fieldOf("name").require(byId("name").value.trim(), "Give the notebook a name."),
      fieldOf("template").require(this.#templates.chosen, "Choose a template."),
      this.#parameters.check(),
    ];
    return found.find(Boolean) ?? null;
  }

  #request() {
    const placeOwns = this.#place.kind === "experiment" || this.#place.kind === "object";
    const place = placeOwns ? this.#owner : this.#place;
    return {
      place: place.perm_id,
      kind: place.kind,
      owner: placeOwns ? null : this.#owner.perm_id,
      inputs: this.#inputs.permIds,
      template: this.#templates.chosen.slug,
      parameters: this.#parameters.values,
      directory: byId("directory").value.trim(),
      name: byId("name").value.trim(),
      ...(this.#profile ? { profile: this.#profile.user_options } : {}),
    };
  }

  /** Next to the field that the problem is about; else above all fields. */
  #complain(problem) {
    const { parameter, field } = problem.body ?? {};
    const said = [problem.message, problem.nextStep].filter(Boolean).join(" ");
    const target =
      (parameter && this.#parameters.complain(parameter, problem.message)) ||
      (field && fieldOf(field)?.check(said)) ||
      (problem.code === "unsafe-path" && fieldOf("directory").check(said)) ||
      (["entity-frozen", "forbidden"].includes(problem.code) && fieldOf("owner").check(said)) ||
      null;
    if (target) target.focus();
    else {
      byId("form-failure").replaceChildren(failure(problem));
      byId("form-failure").scrollIntoView({ block: "nearest" });
    }
  }

  #setBusy(busy) {
    this.#busy = busy;
    for (const id of ["connect", "download"]) byId(id).disabled = busy;
    form.setAttribute("aria-busy", String(busy));
  }
}

const shown = (owner) => (owner.name ? `${owner.identifier} (${owner.name})` : owner.identifier);

/** The same rules as the server's: a path inside of the person's own files. */
function directoryProblem(text) {
  const path = text.trim();
  if (!path) return "Give a directory.";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "Give a directory inside of your files, without a / at the beginning.";
  if (path.includes("\\")) return "Separate directories by /, not by \\.";
  const parts = path.replace(/\/$/, "").split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..")) return "Give plain names, without . or .. in the path.";
  if (parts.some((part) => new TextEncoder().encode(part).length > 255)) return "A name in it is too long.";
  return "";
}
