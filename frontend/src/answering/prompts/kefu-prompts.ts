/** The page of prompts: templates on the left; editor, difference, preview and versions of the chosen one on the right. */
import { html, nothing, type TemplateResult } from "lit";
import prompts from "../../../texts/prompts.json";
import { ask } from "../../shared/api";
import { sentences } from "../../shared/i18n";
import { tabList, tabPanel, type Tabs } from "../../shared/tabs";
import { AdminPage } from "../../staff/admin-page";
import { changes } from "../../knowledge/document/chunks";
import { confirmIn } from "../../staff/confirm-dialog";
import { toast } from "../../staff/toast";
import "./prompt-editor";
import type { PromptEditor } from "./prompt-editor";
import { budget, endings, past } from "./prompt-parts";
import "./prompt-preview";
import type { PromptPreview } from "./prompt-preview";
import { wholeText, type Budgets, type Settings, type Template, type Version } from "./types";

const say = sentences(prompts);
const TABS = ["edit", "difference", "preview", "versions"] as const;
type Tab = (typeof TABS)[number];

export class KefuPrompts extends AdminPage {
  private templates: Template[] = [];
  private budgets: Budgets | null = null;
  private settings: Settings | null = null;
  private chosen = "answer.zh";
  private tab: Tab = "edit";
  private versions: Version[] = [];
  private compared = -1;
  private dirty = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("prompt-edited", () => {
      this.dirty = true;
      this.requestUpdate();
    });
    void this.load();
  }

  private get template(): Template | undefined {
    return this.templates.find((one) => `${one.name}.${one.language}` === this.chosen);
  }

  private get address(): string {
    return `/api/v1/prompts/${this.chosen.replace(".", "/")}`;
  }

  private get editor(): PromptEditor {
    return this.querySelector("prompt-editor") as PromptEditor;
  }

  private async load(): Promise<void> {
    try {
      const [list, settings] = await Promise.all([
        ask<{ items: Template[]; budgets: Budgets }>("/api/v1/prompts"),
        ask<Settings>("/api/v1/prompts/settings"),
      ]);
      this.templates = list.items;
      this.budgets = list.budgets;
      this.settings = settings;
      this.error = "";
    } catch (error) {
      this.complain(error);
    }
    this.requestUpdate();
    await this.updateComplete;
    await this.show();
  }

  private async show(): Promise<void> {
    const template = this.template;
    if (!template) return;
    this.dirty = false;
    this.compared = -1;
    this.requestUpdate();
    await this.updateComplete;
    this.editor.mayWrite = this.mayWrite;
    this.editor.show(template);
    const preview = this.querySelector("prompt-preview") as PromptPreview;
    preview.template = template;
    preview.text = () => ({ body: this.editor.body, examples: this.editor.examples });
    preview.clear();
    try {
      this.versions = (await ask<{ items: Version[] }>(`${this.address}/versions`)).items;
    } catch (error) {
      this.complain(error);
    }
    this.requestUpdate();
  }

  private async keep(): Promise<Version> {
    const { body, examples } = this.editor;
    const seen = this.template?.draft?.revision ?? 0;
    const saved = await ask<Version>(`${this.address}/draft`, { method: "PUT", body: { body, examples, seen } });
    if (this.template) this.template.draft = saved;
    this.dirty = false;
    return saved;
  }

  private save(): Promise<void> {
    return this.act(async () => {
      const saved = await this.keep();
      toast(say("draft_saved", { n: saved.number }));
    });
  }

  private activate(): Promise<void> {
    return this.act(async () => {
      const sure = await confirmIn(
        this,
        { title: say("activate_title"), text: say("activate_text"), action: say("activate") },
        "primary",
      );
      if (!sure) return;
      const draft = this.dirty || !this.template?.draft ? await this.keep() : this.template.draft;
      const body = { seen: draft.revision };
      const active = await ask<Version>(`${this.address}/activate`, { method: "POST", body });
      toast(say("activated", { n: active.number }));
      await this.load();
    });
  }

  private discard(): Promise<void> {
    return this.act(async () => {
      const draft = this.template?.draft;
      if (draft) await ask(`${this.address}/draft?seen=${draft.revision}`, { method: "DELETE" });
      await this.load();
    });
  }

  private back(version: Version): Promise<void> {
    return this.act(async () => {
      const name = version.number ? say("version", { n: version.number }) : say("built_in");
      const sure = await confirmIn(
        this,
        { title: say("roll_back_title", { name }), text: say("activate_text"), action: say("roll_back") },
        "primary",
      );
      if (!sure) return;
      await ask(`${this.address}/rollback`, { method: "POST", body: { to: version.number } });
      toast(say("rolled_back", { name }));
      await this.load();
    });
  }

  private set(change: Partial<Settings>): Promise<void> {
    return this.act(async () => {
      const before = this.settings;
      if (!before) return;
      const body = { unsupported: before.unsupported, follow_ups: before.follow_ups, ...change, seen: before.number };
      this.settings = await ask<Settings>("/api/v1/prompts/settings", { method: "PUT", body });
      toast(say("settings_saved"));
    });
  }

  private choose(name: string): void {
    if (name === this.chosen) return;
    const go = async () => {
      const leave = { title: say("leave_title"), text: say("leave_text"), action: say("leave") };
      if (this.dirty && !(await confirmIn(this, leave))) return;
      this.chosen = name;
      await this.show();
    };
    void go();
  }

  private list(): TemplateResult {
    return html`
      <nav class="stack prompt-list" aria-label=${say("templates")}>
        ${this.templates.map((one) => {
          const name = `${one.name}.${one.language}`;
          return html`
            <button
              class="prompt-item"
              aria-current=${name === this.chosen ? "true" : "false"}
              @click=${() => this.choose(name)}
            >
              <b>${say(`template_${one.name}`)}</b>
              <span class="caption">
                ${say(`language_${one.language}`)} ·
                ${one.active.number ? say("version", { n: one.active.number }) : say("built_in")} ·
                ${say("tokens", { n: one.tokens })}
              </span>
              ${one.draft ? html`<span class="badge warn">${say("draft")}</span>` : nothing}
            </button>
          `;
        })}
      </nav>
    `;
  }

  private history(template: Template): TemplateResult {
    const compare = (version: Version) => {
      this.compared = this.compared === version.number ? -1 : version.number;
      this.requestUpdate();
    };
    const back = this.mayWrite ? (version: Version) => void this.back(version) : null;
    return past(this.versions, template.active, this.compared, { compare, back });
  }

  private difference(): TemplateResult {
    const active = this.template?.active;
    const editor = this.querySelector<PromptEditor>("prompt-editor");
    if (!active || !editor) return html``;
    const now = wholeText({ body: editor.body, examples: editor.examples });
    return now === wholeText(active)
      ? html`<p class="state">${say("no_difference")}</p>`
      : html`<p class="caption">${say("difference_help")}</p>
          <div class="chunk-diff chunk-words mono">${changes(wholeText(active), now)}</div>`;
  }

  private get tabs(): Tabs<Tab> {
    return {
      id: "prompt",
      label: say("parts"),
      all: TABS.map((tab) => [tab, say(`tab_${tab}`)] as const),
      chosen: this.tab,
      choose: (tab) => {
        this.tab = tab;
        this.requestUpdate();
      },
    };
  }

  private actions(): TemplateResult {
    const draft = this.template?.draft;
    if (!this.mayWrite) return html`<span class="badge push">${say("read_only")}</span>`;
    return html`
      <div class="row push head-actions">
        ${this.dirty ? html`<span class="badge warn">${say("unsaved")}</span>` : nothing}
        ${draft ? html`<button class="button ghost" ?disabled=${this.busy} @click=${() => void this.discard()}>${say("discard")}</button>` : nothing}
        <button class="button" ?disabled=${!this.dirty || this.busy} @click=${() => void this.save()}>
          ${say("save_draft")}
        </button>
        <button
          class="button primary"
          ?disabled=${(!this.dirty && !draft) || this.busy}
          @click=${() => void this.activate()}
        >
          ${say("activate_ask")}
        </button>
      </div>
    `;
  }

  override render(): TemplateResult {
    const { tabs } = this;
    const drafts = this.templates.filter((one) => one.draft).length;
    const changed = this.templates.filter((one) => one.active.number).length;
    return html`
      <header class="page-head">
        <div>
          <h1 class="title-20">${say("title")}</h1>
          <div class="caption">${say("facts", { n: this.templates.length, changed, drafts })}</div>
        </div>
        ${this.actions()}
      </header>
      <div class="page-body stack">
        ${this.fault()}
        ${
          this.templates.length
            ? html`<div class="prompt-columns">
                <div class="stack">
                  ${this.list()}
                  ${this.settings ? endings(this.settings, !this.mayWrite || this.busy, (change) => void this.set(change)) : nothing}
                  ${this.budgets ? budget(this.budgets) : nothing}
                </div>
                <div class="stack">
                  ${tabList(tabs)} ${tabPanel(tabs, "edit", html`<prompt-editor class="stack"></prompt-editor>`)}
                  ${tabPanel(tabs, "difference", this.tab === "difference" ? this.difference() : nothing)}
                  ${tabPanel(tabs, "preview", html`<prompt-preview class="stack"></prompt-preview>`)}
                  ${tabPanel(tabs, "versions", this.template ? this.history(this.template) : nothing)}
                </div>
              </div>`
            : this.waiting()
        }
      </div>
    `;
  }
}

customElements.define("kefu-prompts", KefuPrompts);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-prompts": KefuPrompts;
  }
}
