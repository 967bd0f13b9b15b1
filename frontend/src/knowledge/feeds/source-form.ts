/** The form of a source in a dialog: fields, a trial that writes nothing, and both texts when two people edit at once. */
import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { ask, Problem } from "../../shared/api";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { say as sayShared } from "../../shared/i18n";
import {
  KINDS,
  POLICIES,
  readable,
  say,
  SCHEDULES,
  SOURCES,
  type Kind,
  type Page,
  type Preview,
  type Source,
  type SourceForm,
} from "./types";

const DEPTHS: Record<Kind, number> = { folder: 10, page: 0, sitemap: 3, site: 2 };
const NEW: SourceForm = {
  base_id: "",
  name: "",
  kind: "page",
  address: "",
  include: [],
  exclude: [],
  schedule: "daily",
  max_depth: 2,
  max_pages: 500,
  when_missing: "keep",
  show_address: true,
  tags: [],
};
const TRY_MS = 30_000;

interface Base {
  base_id: string;
  name: string;
}

export class SourceFormElement extends PartElement {
  private values: SourceForm = NEW;
  private version = 0;
  private sourceId = "";
  private opened = 0;
  private bases: Base[] = [];
  private preview: Preview | null = null;
  private busy: "" | "try" | "save" = "";
  private problem = "";
  private theirs: Source | null = null;

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
  }

  /** Opens the form for a source, or for a new one. */
  async open(source: Source | null): Promise<void> {
    this.take(source);
    this.bases = (await ask<Page<Base>>("/api/v1/bases?limit=100")).items;
    this.requestUpdate();
    await this.updateComplete;
    part(this, "dialog", HTMLDialogElement).showModal();
  }

  private take(source: Source | null): void {
    this.values = source ?? NEW;
    this.version = source?.version ?? 0;
    this.sourceId = source?.source_id ?? "";
    this.preview = this.theirs = null;
    this.problem = "";
    this.opened += 1;
    this.requestUpdate();
  }

  private written(): SourceForm {
    const data = new FormData(part(this, "form", HTMLFormElement));
    const words = (name: string) => {
      const written = data.get(name);
      return typeof written === "string" ? written.trim() : "";
    };
    const lines = (name: string, by: RegExp) => words(name).split(by).map((one) => one.trim()).filter(Boolean); // prettier-ignore
    return {
      base_id: words("base_id") || this.values.base_id,
      name: words("name"),
      kind: this.values.kind,
      address: words("address"),
      include: lines("include", /\n/),
      exclude: lines("exclude", /\n/),
      schedule: words("schedule") as SourceForm["schedule"],
      max_depth: Number(data.get("max_depth") ?? DEPTHS[this.values.kind]),
      max_pages: Number(data.get("max_pages") ?? 1),
      when_missing: words("when_missing") as SourceForm["when_missing"],
      show_address: this.values.kind === "folder" || data.get("show_address") !== null,
      tags: lines("tags", /[,，、]/),
    };
  }

  private pick(kind: Kind): void {
    this.values = { ...this.written(), kind, max_depth: DEPTHS[kind] };
    this.preview = null;
    this.requestUpdate();
  }

  private async work(what: "try" | "save", doing: () => Promise<void>): Promise<void> {
    if (this.busy || !part(this, "form", HTMLFormElement).reportValidity()) return;
    this.busy = what;
    this.problem = "";
    this.requestUpdate();
    try {
      await doing();
    } catch (error) {
      this.problem = error instanceof Problem && error.detail ? error.detail : sayShared("network");
      if (error instanceof Problem && error.code === "feed_changed")
        this.theirs = await ask<Source>(`${SOURCES}/${this.sourceId}`);
    }
    this.busy = "";
    this.requestUpdate();
  }

  private tryIt(): Promise<void> {
    return this.work("try", async () => {
      this.preview = null;
      const body = this.written();
      body.name ||= "…";
      this.preview = await ask<Preview>(`${SOURCES}/preview`, { method: "POST", body, timeoutMs: TRY_MS });
      this.requestUpdate();
      await this.updateComplete;
      this.querySelector(".source-preview")?.scrollIntoView({ block: "nearest" });
    });
  }

  private save(thenSync: boolean): Promise<void> {
    return this.work("save", async () => {
      const body = this.written();
      const saved = this.sourceId
        ? await ask<Source>(`${SOURCES}/${this.sourceId}`, { method: "PUT", body: { ...body, version: this.version } })
        : (await ask<{ source: Source }>(SOURCES, { method: "POST", body })).source;
      part(this, "dialog", HTMLDialogElement).close();
      this.tell("source-saved", { source: saved, sync: thenSync });
    });
  }

  private overwrite(): void {
    this.version = this.theirs?.version ?? this.version;
    this.theirs = null;
    void this.save(false);
  }

  private choice<T extends string>(
    name: string,
    values: readonly T[],
    chosen: T,
    words: (one: T) => string,
  ): TemplateResult {
    return html`<select class="input" id="source-${name}" name=${name}>
      ${values.map((one) => html`<option value=${one} ?selected=${one === chosen}>${words(one)}</option>`)}
    </select>`;
  }

  private field(name: keyof SourceForm, control: TemplateResult, help = ""): TemplateResult {
    return html`
      <div class="field">
        <label for="source-${name}">${say(name as "name")}</label>
        ${control} ${help ? html`<span class="help" id="help-${name}">${help}</span>` : nothing}
      </div>
    `;
  }

  private number(name: "max_depth" | "max_pages", most: number, value: number): TemplateResult {
    const least = name === "max_pages" ? 1 : 0;
    return html`<input
      class="input"
      id="source-${name}"
      name=${name}
      type="number"
      min=${least}
      max=${most}
      required
      .value=${String(value)}
    />`;
  }

  private lines(name: "include" | "exclude"): TemplateResult {
    return html`<textarea
      class="input"
      id="source-${name}"
      name=${name}
      rows="2"
      aria-describedby="help-${name}"
      .value=${this.values[name].join("\n")}
    ></textarea>`;
  }

  private fields(): TemplateResult {
    const { kind } = this.values;
    const roots = this.dataset["roots"] || say("no_roots");
    const bases = this.bases.map((base) => base.base_id);
    return html`
      <div class="field">
        <span class="label" id="label-kind">${say("kind")}</span>
        <div class="segment" role="group" aria-labelledby="label-kind">
          ${KINDS.map(
            (one) =>
              html`<button type="button" aria-pressed=${one === kind ? "true" : "false"} @click=${() => this.pick(one)}>
                ${say(`kind_${one}`)}
              </button>`,
          )}
        </div>
      </div>
      ${this.field("address", html`<input class="input" id="source-address" name="address" required maxlength="1000" aria-describedby="help-address" .value=${this.values.address} />`, say(`address_${kind}`, { roots }))}
      <div class="source-pair">
        ${this.field("name", html`<input class="input" id="source-name" name="name" required maxlength="120" .value=${this.values.name} />`)}
        <div class="field">
          <label for="source-base_id">${say("base")}</label>
          ${this.choice("base_id", bases, this.values.base_id, (id) => this.bases.find((base) => base.base_id === id)?.name ?? id)}
        </div>
      </div>
      <div class="source-pair" ?hidden=${kind === "page"}>
        ${this.field("include", this.lines("include"), say("include_help"))}
        ${this.field("exclude", this.lines("exclude"), say("exclude_help"))}
        ${this.field("max_depth", this.number("max_depth", 20, this.values.max_depth))}
        ${this.field("max_pages", this.number("max_pages", 50_000, this.values.max_pages))}
      </div>
      <div class="source-pair">
        ${this.field(
          "schedule",
          this.choice("schedule", SCHEDULES, this.values.schedule, (one) => say(`schedule_${one}`)),
        )}
        ${this.field(
          "when_missing",
          this.choice("when_missing", POLICIES, this.values.when_missing, (one) => say(`when_missing_${one}`)),
        )}
      </div>
      ${this.field("tags", html`<input class="input" id="source-tags" name="tags" aria-describedby="help-tags" .value=${this.values.tags.join(", ")} />`, say("tags_help"))}
      <label class="row" ?hidden=${kind === "folder"}>
        <input class="checkbox" type="checkbox" name="show_address" .checked=${this.values.show_address} />
        ${say("show_address")}
      </label>
    `;
  }

  private shown(preview: Preview): TemplateResult {
    if (preview.problem)
      return html`<p class="banner danger" role="alert">
        ${preview.problem.message} <code class="mono">${preview.problem.code}</code>
      </p>`;
    return html`
      <section class="source-preview" role="status">
        <p class="caption">${say(preview.more ? "tried_more" : "tried", { n: preview.total })}</p>
        <ul tabindex="0" aria-label=${say("try")}>
          ${preview.items.map(
            (one) =>
              html`<li class=${one.problem ? "danger-text" : ""}>
                ${one.title ? html`<b>${one.title}</b> ` : nothing}<span class="report-address"
                  >${readable(one.address)}</span
                >
                ${one.problem ? html`<div class="row-error">${one.problem.message} <code class="mono">${one.problem.code}</code></div>` : nothing}
              </li>`,
          )}
        </ul>
      </section>
    `;
  }

  private conflict(theirs: Source): TemplateResult {
    const told = [theirs.name, theirs.address, say(`schedule_${theirs.schedule}`)].join(sayShared("separator"));
    return html`
      <div class="banner warn source-conflict">
        <span>${say("conflict", { theirs: told })}</span>
        <button class="button small" type="button" @click=${() => this.take(theirs)}>${say("take_theirs")}</button>
        <button class="button small" type="button" @click=${() => this.overwrite()}>${say("keep_mine")}</button>
      </div>
    `;
  }

  private form(): TemplateResult {
    const busy = (what: string) => (this.busy === what ? "true" : "false");
    const close = () => part(this, "dialog", HTMLDialogElement).close();
    return html`
      <form class="stack" @submit=${(event: Event) => event.preventDefault()}>
        <h2 id="source-title">${say(this.sourceId ? "edit_title" : "new_title")}</h2>
        ${this.fields()} ${this.preview ? this.shown(this.preview) : nothing}
        ${this.problem ? html`<p class="banner danger" role="alert">${this.problem}</p>` : nothing}
        ${this.theirs ? this.conflict(this.theirs) : nothing}
        <div class="actions">
          <button class="button source-try" type="button" aria-busy=${busy("try")} @click=${() => void this.tryIt()}>
            ${say("try")}
          </button>
          <button class="button ghost" type="button" @click=${close}>${sayShared("cancel")}</button>
          <button class="button" type="button" aria-busy=${busy("save")} @click=${() => void this.save(false)}>
            ${say("save")}
          </button>
          <button class="button primary" aria-busy=${busy("save")} @click=${() => void this.save(true)}>
            ${say("save_and_sync")}
          </button>
        </div>
      </form>
    `;
  }

  override render(): TemplateResult {
    return html`
      <dialog class="dialog source-dialog" aria-labelledby="source-title">${keyed(this.opened, this.form())}</dialog>
    `;
  }
}

customElements.define("source-form", SourceFormElement);
