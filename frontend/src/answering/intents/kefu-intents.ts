/** The page of intents: examples to edit, a box to try them, which are taken for which, versions, files in and out. */
import { html, nothing, type TemplateResult } from "lit";
import { FileDown, FileUp, TriangleAlert } from "lucide";
import intents from "../../../texts/intents.json";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { dayAndTime, say as sayShared, sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { confirmIn } from "../../staff/confirm-dialog";
import { toast } from "../../staff/toast";
import { confusionTable } from "./confusion-table";
import { intentCards, nameOf } from "./intent-cards";
import "./intents-test";
import type { IntentsTest } from "./intents-test";
import type { Confusion, Intent, IntentList, Report, Version } from "./types";

const say = sentences(intents);

export class KefuIntents extends PartElement {
  private list: Intent[] = [];
  private number = 0;
  private withModel = false;
  private model: string | null = null;
  private versions: Version[] = [];
  private confusion: Confusion | null = null;
  private open: string | null = null;
  private dirty = false;
  private busy: "save" | "confusion" | null = null;
  private loaded = false;
  private error = "";

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    void this.attempt(() => this.load());
  }

  private get mayWrite(): boolean {
    return this.hasAttribute("data-may-write");
  }

  private async load(): Promise<void> {
    const [list, versions] = await Promise.all([
      ask<IntentList>("/api/v1/intents"),
      ask<{ items: Version[] }>("/api/v1/intents/versions"),
    ]);
    this.list = list.intents;
    this.number = list.number;
    this.withModel = list.with_model;
    this.model = list.model;
    this.versions = versions.items;
    this.dirty = false;
    this.loaded = true;
    this.requestUpdate();
    await this.updateComplete;
    const box = this.querySelector("intents-test") as IntentsTest;
    box.list = () => (this.dirty ? this.list : null);
    box.named = (key) => this.named(key);
    box.model = this.model;
    box.requestUpdate();
  }

  private readonly named = (key: string): string => {
    const found = this.list.find((one) => one.key === key);
    return found ? nameOf(found) : key;
  };

  private async attempt(act: () => Promise<void>): Promise<void> {
    this.error = "";
    try {
      await act();
    } catch (error) {
      this.error = error instanceof Problem && error.status ? error.detail : sayShared("network");
    }
    this.busy = null;
    this.requestUpdate();
  }

  private save(): Promise<void> {
    this.busy = "save";
    this.requestUpdate();
    return this.attempt(async () => {
      const body = { number: this.number, intents: this.list, with_model: this.withModel };
      const saved = await ask<IntentList>("/api/v1/intents", { method: "PUT", body });
      toast(say("saved", { n: saved.number }));
      this.confusion = null;
      await this.load();
    });
  }

  private measure(): Promise<void> {
    this.busy = "confusion";
    this.requestUpdate();
    return this.attempt(async () => {
      const body = { intents: this.dirty ? this.list : null };
      this.confusion = await ask<Confusion>("/api/v1/intents/confusion", { method: "POST", body, timeoutMs: 120_000 });
    });
  }

  private async rollBack(to: number): Promise<void> {
    const sure = await confirmIn(this, {
      title: say("roll_back_title", { n: to }),
      text: say("roll_back_text"),
      action: say("roll_back"),
    });
    if (!sure) return;
    await this.attempt(async () => {
      await ask("/api/v1/intents/rollback", { method: "POST", body: { to, number: this.number } });
      toast(say("rolled_back", { n: to }));
      await this.load();
    });
  }

  private async importFile(event: Event): Promise<void> {
    const input = event.currentTarget as HTMLInputElement;
    const file = input.files?.[0];
    if (!file) return;
    const send = (dry: boolean) => {
      const body = new FormData();
      body.append("file", file);
      return ask<Report>(`/api/v1/intents/import?dry_run=${dry}`, { method: "POST", body });
    };
    await this.attempt(async () => {
      const dry = await send(true);
      const counts = { added: dry.added.length, changed: dry.changed.length };
      const question = { title: say("import_title", { file: file.name }), text: say("import_text", counts) };
      if (await confirmIn(this, { ...question, action: say("import_do") }, "primary")) {
        await send(false);
        toast(say("imported", counts));
        await this.load();
      }
    });
    input.value = "";
  }

  private head(): TemplateResult {
    const examples = this.list.reduce((sum, one) => sum + one.examples.length, 0);
    return html`
      <header class="page-head">
        <div>
          <h1 class="title-20">${say("title")}</h1>
          <div class="caption">
            ${this.loaded ? say("facts", { intents: this.list.length, examples, version: this.number }) : nothing}
          </div>
        </div>
        <div class="row push head-actions">
          <a class="button" href="/api/v1/intents/export" download>${icon(FileDown)} CSV</a>
          <a class="button" href="/api/v1/intents/export?format=jsonl" download>${icon(FileDown)} JSONL</a>
          ${this.mayWrite ? this.writing() : nothing}
        </div>
      </header>
    `;
  }

  private writing(): TemplateResult {
    return html`
      <label class="button">
        ${icon(FileUp)} ${say("import")}
        <input
          type="file"
          class="visually-hidden"
          accept=".csv,.jsonl,.txt"
          @change=${(event: Event) => void this.importFile(event)}
        />
      </label>
      <button
        class="button primary"
        ?disabled=${!this.dirty}
        aria-busy=${this.busy === "save" ? "true" : "false"}
        @click=${() => void this.save()}
      >
        ${say("save")}
      </button>
    `;
  }

  private reading(): TemplateResult {
    return html`<section class="card stack">
      <h2 class="title-15">${say("model_title")}</h2>
      <p class="caption" id="model-help">
        ${this.model === null ? say("model_none") : say("model_help", { model: this.model })}
      </p>
      <label class="row">
        <input
          type="checkbox"
          role="switch"
          class="switch"
          aria-describedby="model-help"
          .checked=${this.withModel}
          ?disabled=${!this.mayWrite || (this.model === null && !this.withModel)}
          @change=${(event: Event) => {
            this.withModel = (event.target as HTMLInputElement).checked;
            this.dirty = true;
            this.requestUpdate();
          }}
        />
        ${say("model_switch")}
      </label>
    </section>`;
  }

  private history(): TemplateResult {
    if (!this.versions.length) return html`<p class="muted">${say("no_history")}</p>`;
    const line = (version: Version, place: number) => html`
      <li class="stack">
        <div class="row">
          <b>${say("version", { n: version.number })}</b>
          ${
            place > 0 && this.mayWrite
              ? html`<button class="button ghost small push" @click=${() => void this.rollBack(version.number)}>
                  ${say("roll_back")}
                </button>`
              : nothing
          }
        </div>
        <span class="caption">
          ${version.created_by || "—"} · ${dayAndTime(new Date(version.created_at))} ·
          ${say("version_facts", { intents: version.intents, examples: version.examples })}
        </span>
      </li>
    `;
    return html`<ol class="intent-versions">
      ${this.versions.map(line)}
      ${
        this.mayWrite
          ? html`<li class="row">
              <b>${say("built_in")}</b>
              <button class="button ghost small push" @click=${() => void this.rollBack(0)}>${say("roll_back")}</button>
            </li>`
          : nothing
      }
    </ol>`;
  }

  override render(): TemplateResult {
    return html`
      ${this.head()}
      <div class="page-body stack">
        ${
          this.error
            ? html`<div class="banner danger" role="alert">
                ${icon(TriangleAlert)} ${this.error}
                <button @click=${() => void this.attempt(() => this.load())}>${say("reload")}</button>
              </div>`
            : nothing
        }
        <div class="intent-columns">
          <div class="stack">
            ${this.dirty ? html`<span class="badge warn unsaved">${say("unsaved")}</span>` : nothing}
            ${
              this.loaded
                ? intentCards({
                    list: this.list,
                    open: this.open,
                    mayWrite: this.mayWrite,
                    change: (list) => {
                      this.list = list;
                      this.dirty = true;
                      this.requestUpdate();
                    },
                    toggle: (key) => {
                      this.open = this.open === key ? null : key;
                      this.requestUpdate();
                    },
                  })
                : this.error
                  ? nothing
                  : html`<div class="skeleton" aria-busy="true"></div>`
            }
          </div>
          <div class="stack">
            <intents-test class="card stack"></intents-test>
            ${this.loaded ? this.reading() : nothing}
            <section class="card stack">
              <div class="row">
                <h2 class="title-15">${say("confusion")}</h2>
                <button
                  class="button small push"
                  aria-busy=${this.busy === "confusion" ? "true" : "false"}
                  @click=${() => void this.measure()}
                >
                  ${say("measure")}
                </button>
              </div>
              <div aria-live="polite">
                ${
                  this.confusion
                    ? confusionTable(this.confusion, this.named)
                    : html`<p class="caption">${say("confusion_help")}</p>`
                }
              </div>
            </section>
            <section class="card stack">
              <h2 class="title-15">${say("history")}</h2>
              ${this.history()}
            </section>
          </div>
        </div>
      </div>
    `;
  }
}

customElements.define("kefu-intents", KefuIntents);
