/** The dialog that makes or changes a base: says what a change of readers means, and keeps both when two people edit. */
import { html, nothing, type TemplateResult } from "lit";
import bases from "../../../texts/bases.json";
import { ask, Problem } from "../../shared/api";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { say as sayShared, sentences } from "../../shared/i18n";
import { AUDIENCES, listed, nameOf, widening, type Audience, type Base, type Settings } from "./types";

const say = sentences(bases);
const CHANNEL = /^[A-Za-z0-9_.-]{1,50}$/;
const MEBIBYTE = 1024 * 1024;
const FRESH: Settings = {
  name: "",
  locale: "zh-CN",
  audience: "public",
  tiers: [],
  channels: [],
  priority: 0,
  most_documents: null,
  most_bytes: null,
};
type Typed = "tiers" | "channels" | "priority" | "most_documents" | "most_mib";
type Field = "name" | Typed;
const BLAMED: Record<string, Field> = { base_name_taken: "name", base_needs_tier: "tiers" };

function typedOf(settings: Settings): Record<Typed, string> {
  return {
    tiers: settings.tiers.join(", "),
    channels: settings.channels.join(", "),
    priority: String(settings.priority),
    most_documents: String(settings.most_documents ?? ""),
    most_mib: settings.most_bytes === null ? "" : String(Math.round(settings.most_bytes / MEBIBYTE)),
  };
}

/** A limit as it was typed; nothing typed: none. */
function limit(typed: string, unit = 1): number | null {
  return typed.trim() === "" ? null : Number(typed) * unit;
}

export class BaseForm extends PartElement {
  private base: Base | null = null;
  private draft: Settings = FRESH;
  private typed: Record<Typed, string> = typedOf(FRESH);
  private wrong: Partial<Record<Field, string>> = {};
  private failed: Problem | null = null;
  private busy = false;

  /** Opens for a new base (null) or a known one; tells `base-saved` with the base when it is stored. */
  async open(base: Base | null): Promise<void> {
    this.take(base);
    await this.updateComplete;
    this.dialog.showModal();
  }

  private get dialog(): HTMLDialogElement {
    return part(this, "dialog", HTMLDialogElement);
  }

  private take(base: Base | null): void {
    this.base = base;
    this.draft = base ?? FRESH;
    this.typed = typedOf(this.draft);
    this.wrong = {};
    this.failed = null;
    this.busy = false;
    this.requestUpdate();
  }

  private settings(): Settings {
    const { name, locale, audience } = this.draft;
    return {
      name: name.trim(),
      locale,
      audience,
      tiers: audience === "tiers" ? listed(this.typed.tiers) : [],
      channels: listed(this.typed.channels),
      priority: Number(this.typed.priority),
      most_documents: limit(this.typed.most_documents),
      most_bytes: limit(this.typed.most_mib, MEBIBYTE),
    };
  }

  private faults(settings: Settings): Partial<Record<Field, string>> {
    const faults: Partial<Record<Field, string>> = {};
    if (!settings.name) faults.name = say("name_missing");
    if (settings.audience === "tiers" && !settings.tiers.length) faults.tiers = say("tiers_help");
    if (!settings.channels.every((channel) => CHANNEL.test(channel))) faults.channels = say("channels_wrong");
    const whole = Number.isInteger(settings.priority) && Math.abs(settings.priority) <= 100;
    if (!whole || this.typed.priority.trim() === "") faults.priority = say("priority_wrong");
    for (const id of ["most_documents", "most_mib"] as const)
      if (!/^\d{0,9}$/.test(this.typed[id].trim())) faults[id] = say("most_wrong");
    return faults;
  }

  private async save(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    const settings = this.settings();
    this.wrong = this.faults(settings);
    this.failed = null;
    this.requestUpdate();
    if (Object.keys(this.wrong).length) return this.showFirstFault();
    this.busy = true;
    try {
      const saved = this.base
        ? await ask<Base>(`/api/v1/bases/${this.base.base_id}`, {
            method: "PATCH",
            body: settings,
            headers: { "If-Match": `"${this.base.revision}"` },
          })
        : await ask<Base>("/api/v1/bases", { method: "POST", body: settings });
      this.dialog.close();
      this.tell("base-saved", { base: saved, fresh: !this.base });
    } catch (error) {
      this.refused(error instanceof Problem ? error : new Problem(0, "network", ""));
    }
    this.busy = false;
    this.requestUpdate();
  }

  private refused(problem: Problem): void {
    const field = BLAMED[problem.code];
    if (field) this.wrong = { [field]: problem.detail };
    else this.failed = problem;
    this.requestUpdate();
    void this.showFirstFault();
  }

  private async showFirstFault(): Promise<void> {
    await this.updateComplete;
    this.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }

  private async takeTheirs(): Promise<void> {
    if (!this.base) return;
    this.take(await ask<Base>(`/api/v1/bases/${this.base.base_id}`));
    this.tell("base-reloaded");
  }

  private field(id: Field, value: string, help: string, set: (value: string) => void): TemplateResult {
    const wrong = this.wrong[id];
    const typed = (event: Event) => {
      set((event.target as HTMLInputElement).value);
      this.wrong = Object.fromEntries(Object.entries(this.wrong).filter(([field]) => field !== id));
      this.requestUpdate();
    };
    return html`
      <div class="field">
        <label for="base-${id}">${say(id)}</label>
        <input
          class="input"
          id="base-${id}"
          .value=${value}
          maxlength=${id === "name" ? 100 : 2_000}
          autocomplete="off"
          aria-invalid=${wrong ? "true" : "false"}
          aria-describedby="base-${id}-help"
          @input=${typed}
        />
        <span class=${wrong ? "error" : "help"} id="base-${id}-help">${wrong ?? help}</span>
      </div>
    `;
  }

  private chooser<T extends string>(
    id: "locale" | "audience",
    values: readonly T[],
    help: string,
    set: (value: T) => void,
  ): TemplateResult {
    const picked = (event: Event) => {
      set((event.target as HTMLSelectElement).value as T);
      this.requestUpdate();
    };
    const label = (value: T) => say(`${id}_${value}` as keyof typeof bases);
    return html`
      <div class="field">
        <label for="base-${id}">${say(id)}</label>
        <select class="input" id="base-${id}" aria-describedby="base-${id}-help" @change=${picked}>
          ${values.map((value) => html`<option value=${value} ?selected=${value === this.draft[id]}>${label(value)}</option>`)}
        </select>
        <span class="help" id="base-${id}-help">${help}</span>
      </div>
    `;
  }

  private consequence(): TemplateResult | typeof nothing {
    if (!this.base?.passages) return nothing;
    const change = widening(this.base, this.settings());
    if (!change) return nothing;
    const told = { passages: this.base.passages };
    return html`<p class="banner warn">${say(change > 0 ? "wider" : "narrower", told)}</p>`;
  }

  private refusal(): TemplateResult | typeof nothing {
    if (!this.failed) return nothing;
    return html`
      <p class="banner danger" role="alert">
        <span>${this.failed.detail || sayShared("network")}</span>
        ${
          this.failed.code === "base_changed"
            ? html`<button type="button" class="link-button" @click=${() => void this.takeTheirs()}>
                ${say("take_theirs")}
              </button>`
            : nothing
        }
      </p>
    `;
  }

  override render(): TemplateResult {
    const title = this.base ? say("edit_title", { name: nameOf(this.base) }) : say("add");
    const set = (change: Partial<Settings>) => {
      this.draft = { ...this.draft, ...change };
    };
    return html`
      <dialog class="dialog base-dialog" aria-labelledby="base-form-title">
        <form class="stack" novalidate @submit=${(event: Event) => void this.save(event)}>
          <h2 id="base-form-title">${title}</h2>
          ${this.field("name", this.draft.name, this.base?.is_default ? say("default_help") : "", (name) => set({ name }))}
          ${this.chooser<Audience>("audience", AUDIENCES, say(`help_${this.draft.audience}`), (audience) => set({ audience }))}
          ${
            this.draft.audience === "tiers"
              ? this.field("tiers", this.typed.tiers, say("tiers_help"), (tiers) => (this.typed.tiers = tiers))
              : nothing
          }
          ${this.field("channels", this.typed.channels, say("channels_help"), (typed) => (this.typed.channels = typed))}
          <div class="base-pair">
            ${this.field("priority", this.typed.priority, say("priority_help"), (typed) => (this.typed.priority = typed))}
            ${this.chooser("locale", ["zh-CN", "en"] as const, "", (locale) => set({ locale }))}
          </div>
          <div class="base-pair">
            ${(["most_documents", "most_mib"] as const).map((id) =>
              this.field(id, this.typed[id], say("most_help"), (typed) => (this.typed[id] = typed)),
            )}
          </div>
          ${this.consequence()} ${this.refusal()}
          <div class="actions">
            <button type="button" class="button" @click=${() => this.dialog.close()}>${sayShared("cancel")}</button>
            <button class="button primary" aria-busy=${this.busy ? "true" : "false"}>
              ${this.base ? say("save") : say("create")}
            </button>
          </div>
        </form>
      </dialog>
    `;
  }
}

customElements.define("base-form", BaseForm);

declare global {
  interface HTMLElementTagNameMap {
    "base-form": BaseForm;
  }
}
