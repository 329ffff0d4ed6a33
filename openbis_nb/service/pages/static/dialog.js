// "Create Jupyter Notebook": the fields of the ELN's dialog, a template with its parameters, a server.
import { get } from "./api.js";
import { DataSetChooser } from "./data-sets.js";
import { byId, h } from "./dom.js";
import { failure } from "./failure.js";
import { fieldOf } from "./fields.js";
import { connect, download } from "./launch.js";
import { recall, remember } from "./memory.js";
import { Parameters } from "./parameters.js";
import { directoryProblem, nameProblem, possibleName } from "./paths.js";
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
  #loading = 0;
  #ownerPicker;

  constructor() {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(true);
    });
    byId("download").addEventListener("click", () => this.#submit(false));
    byId("cancel").addEventListener("click", () => dialog.close());
    byId("name").addEventListener("input", () => (this.#namedByHand = byId("name").value !== ""));
    for (const field of ["name", "directory"]) byId(field).addEventListener("change", () => fieldOf(field).clear());
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
    for (const field of ["inputs", "owner", "directory", "name", "template"]) fieldOf(field).clear();
    byId("connect").classList.toggle("primary", !toDownload);
    byId("download").classList.toggle("primary", toDownload);
    if (!dialog.open) dialog.showModal();
    form.querySelector(".fields").scrollTop = 0;
    const owns = card.kind === "experiment" || card.kind === "object";
    const owner = input?.owner ?? (owns ? card : null);
    byId("directory").value = recall().directory || possibleName(card.code);
    byId(owner ? "directory" : "owner").focus();
    this.#showOwner(owner);
    const wanted = input ? [input.perm_id] : inputs;
    await this.#until(
      this.#templates.offer(owner?.kind ?? null, recall().template),
      this.#inputs.begin(owner, wanted),
      this.#offerProfiles(),
    );
  }

  /** Nothing is created from half a dialog: without the data sets it would be another notebook. */
  async #until(...parts) {
    this.#loading += 1;
    this.#showState();
    await Promise.allSettled(parts); // each part tells its own failure
    this.#loading -= 1;
    this.#showState();
  }

  // --- owner -----------------------------------------------------------------------------------------

  /** Somebody chose another owner: its data sets are connected now. */
  async #setOwner(owner) {
    const same = this.#owner?.perm_id === owner.perm_id;
    this.#showOwner(owner);
    if (!same) await this.#until(this.#templates.offer(owner.kind), this.#inputs.begin(owner));
  }

  #showOwner(owner) {
    this.#owner = owner;
    byId("owner").value = owner ? shown(owner) : "";
    this.#ownerPicker.close();
    fieldOf("owner").say(owner ? this.#ownerProblem() : "");
  }

  /** Why the owner cannot be, as far as known: a card knows it, of a search's entity openBIS is asked later. */
  #ownerProblem() {
    if (!this.#owner) return "Choose the experiment or object that the notebook is saved to.";
    if (this.#owner.frozen) return "It is frozen: choose another owner.";
    if (this.#owner.may_add === false) return "You may not save there: choose another owner, or ask for the role USER.";
    return "";
  }

  async #owners(words, signal) {
    const owns = this.#place.kind === "experiment" || this.#place.kind === "object";
    if (!words || (this.#owner && words === shown(this.#owner))) {
      if (owns) return null;
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
    byId("name").value = possibleName([template?.title, about && label(about), today].filter(Boolean).join(" - "));
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
    if (this.#busy || this.#loading) return;
    byId("form-failure").replaceChildren();
    byId("dialog-outcome").replaceChildren();
    const wrong = this.#check(connecting);
    if (wrong) {
      goTo(wrong);
      return;
    }
    remember({
      ...(connecting ? { directory: directory() } : {}),
      template: this.#templates.chosen.slug,
      ...(this.#profile ? { profile: this.#profile.slug } : {}),
    });
    this.#setBusy(true);
    try {
      if (connecting) await connect(this.#request(true), byId("dialog-outcome"), () => dialog.close());
      else await download(this.#request(false), byId("dialog-outcome"));
    } catch (problem) {
      this.#complain(problem);
    } finally {
      this.#setBusy(false);
    }
  }

  /** The first field that cannot stay as it is; null when all can. */
  #check(connecting) {
    const found = [
      fieldOf("owner").check(this.#ownerProblem()),
      connecting ? fieldOf("directory").check(directoryProblem(directory())) : null,
      fieldOf("name").check(nameProblem(name())),
      fieldOf("template").require(this.#templates.chosen, "Choose a template."),
      this.#parameters.check(),
    ];
    return found.find(Boolean) ?? null;
  }

  #request(connecting) {
    const placeOwns = this.#place.kind === "experiment" || this.#place.kind === "object";
    const place = placeOwns ? this.#owner : this.#place;
    return {
      place: place.perm_id,
      kind: place.kind,
      owner: placeOwns ? null : this.#owner.perm_id,
      inputs: this.#inputs.permIds,
      template: this.#templates.chosen.slug,
      parameters: this.#parameters.values,
      directory: connecting ? directory() : "",
      name: name(),
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
      (["entity-frozen", "forbidden"].includes(problem.code) && fieldOf("owner").check(said)) ||
      null;
    if (target) goTo(target);
    else {
      byId("form-failure").replaceChildren(failure(problem));
      byId("form-failure").scrollIntoView({ block: "nearest" });
    }
  }

  #setBusy(busy) {
    this.#busy = busy;
    this.#showState();
  }

  #showState() {
    const waiting = this.#busy || this.#loading > 0;
    for (const id of ["connect", "download"]) byId(id).disabled = waiting;
    form.setAttribute("aria-busy", String(waiting));
  }
}

/** To a field, and to the sentence below it that says what is wrong. */
function goTo(control) {
  control.focus();
  control.closest(".field")?.scrollIntoView({ block: "nearest" });
}

const directory = () => byId("directory").value.trim().replace(/\/+$/, "");
const name = () => byId("name").value.trim().replace(/\.ipynb$/i, "");
const shown = (owner) => (owner.name ? `${owner.identifier} (${owner.name})` : owner.identifier);
