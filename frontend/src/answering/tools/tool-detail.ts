/** <tool-detail>: one tool beside the list: its settings, a box that really calls it, and the calls made. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { ours, say as sayShared } from "../../shared/i18n";
import { confirmIn } from "../../staff/confirm-dialog";
import { toast } from "../../staff/toast";
import { settingsForm } from "./tool-settings";
import "./tool-calls";
import "./tool-test";
import { say, type Source, type Spec, type Tool, URL } from "./types";

const TABS = ["settings", "try", "calls"] as const;
type Tab = (typeof TABS)[number];

export class ToolDetail extends PartElement {
  static override properties = {
    tool: { attribute: false },
    sources: { attribute: false },
    mayWrite: { type: Boolean, attribute: "may-write" },
  };
  declare tool: Tool | null;
  declare sources: Source[];
  declare mayWrite: boolean;

  private tab: Tab = "settings";
  private draft: Spec | null = null;
  private sourceId = "";
  private error = "";
  private busy = false;

  constructor() {
    super();
    this.tool = null;
    this.sources = [];
    this.mayWrite = false;
  }

  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get("tool") as Tool | null | undefined;
    const same = before?.tool_id === this.tool?.tool_id && before?.version === this.tool?.version;
    if (!changed.has("tool") || (same && this.tool?.tool_id)) return;
    this.draft = this.tool ? structuredClone(this.tool.spec) : null;
    this.sourceId = this.tool?.source_id ?? "";
    this.error = "";
    if (this.tool?.tool_id === "") this.tab = "settings";
  }

  private show(tab: Tab): void {
    this.tab = tab;
    this.requestUpdate();
  }

  private async save(event: Event): Promise<void> {
    event.preventDefault();
    const { tool, draft } = this;
    if (!tool || !draft || this.busy) return;
    this.busy = true;
    this.error = "";
    this.requestUpdate();
    try {
      if (tool.tool_id) {
        const body = { version: tool.version, enabled: tool.enabled, spec: draft };
        const saved = await ask<Tool>(`${URL}/${tool.tool_id}`, { method: "PUT", body });
        toast(say("saved", { name: ours(draft.title) || draft.name, n: saved.version }));
        this.tell("tools-changed", tool.tool_id);
      } else {
        const body = { source_id: this.sourceId, specs: [draft] };
        const { tool_ids: ids } = await ask<{ tool_ids: string[] }>(URL, { method: "POST", body });
        toast(say("added", { n: 1 }));
        this.tell("tools-changed", ids[0]);
      }
    } catch (problem) {
      this.error = (problem instanceof Problem && problem.detail) || sayShared("network");
    }
    this.busy = false;
    this.requestUpdate();
  }

  private async takeAway(): Promise<void> {
    const { tool } = this;
    if (!tool) return;
    const name = ours(tool.spec.title) || tool.spec.name;
    const question = { title: say("delete_title", { name }), text: say("delete_text"), action: say("delete") };
    if (!(await confirmIn(this, question))) return;
    try {
      await ask(`${URL}/${tool.tool_id}`, { method: "DELETE" });
      toast(say("deleted", { name }));
      this.tell("tools-changed", null);
    } catch (problem) {
      toast((problem instanceof Problem && problem.detail) || sayShared("network"), "alert");
    }
  }

  private settings(draft: Spec): TemplateResult {
    const change = (next: Spec) => {
      this.draft = next;
      this.requestUpdate();
    };
    const source = this.sources.find(({ source_id: id }) => id === this.sourceId);
    const choose = (event: Event) => {
      this.sourceId = (event.target as HTMLSelectElement).value;
      this.requestUpdate();
    };
    return html`<form class="stack" @submit=${(event: Event) => void this.save(event)}>
      ${
        this.tool?.tool_id === ""
          ? html`<div class="field">
              <label for="tool-source">${say("server")}</label>
              <select class="input" id="tool-source" @change=${choose}>
                ${this.sources.map(({ source_id: id, name }) => html`<option value=${id}>${name}</option>`)}
              </select>
            </div>`
          : nothing
      }
      <fieldset class="stack tool-form" ?disabled=${!this.mayWrite}>
        ${settingsForm(draft, source?.kind ?? "http", change, (why) => {
          this.error = why;
          this.requestUpdate();
        })}
      </fieldset>
      ${this.error ? html`<p class="error" role="alert">${this.error}</p>` : nothing}
      ${
        this.mayWrite
          ? html`<div class="row">
              ${
                this.tool?.tool_id
                  ? html`<button type="button" class="button danger" @click=${() => void this.takeAway()}>
                      ${say("delete")}
                    </button>`
                  : nothing
              }
              <button class="button primary push" aria-busy=${String(this.busy)}>${say("save")}</button>
            </div>`
          : nothing
      }
    </form>`;
  }

  private panel(tool: Tool, draft: Spec): TemplateResult {
    if (this.tab === "try") return html`<tool-test .tool=${tool}></tool-test>`;
    if (this.tab === "calls") return html`<tool-calls .toolId=${tool.tool_id}></tool-calls>`;
    return this.settings(draft);
  }

  override render(): TemplateResult {
    const { tool, draft } = this;
    if (!tool || !draft) return html`<div class="card muted">${say("choose")}</div>`;
    const tabs = tool.tool_id === "" ? TABS.slice(0, 1) : this.mayWrite ? TABS : TABS.filter((tab) => tab !== "try");
    return html`<section class="card stack">
      <h2 class="title-15">
        ${ours(draft.title) || draft.name || say("new_tool")}
        ${tool.version ? html`<span class="caption">${say("version", { n: tool.version })}</span>` : nothing}
      </h2>
      <div class="tabs" role="tablist" aria-label=${ours(draft.title) || say("tool")}>
        ${tabs.map(
          (tab) =>
            html`<button
              type="button"
              role="tab"
              id="tool-tab-${tab}"
              aria-controls="tool-panel"
              aria-selected=${String(tab === this.tab)}
              @click=${() => this.show(tab)}
            >
              ${say(tab)}
            </button>`,
        )}
      </div>
      <div id="tool-panel" role="tabpanel" aria-labelledby="tool-tab-${this.tab}">${this.panel(tool, draft)}</div>
    </section>`;
  }
}

customElements.define("tool-detail", ToolDetail);
