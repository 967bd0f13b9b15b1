/** The page of tools: servers, their tools with a week's calls, and beside them one tool's settings, test box and calls. */
import { html, nothing, type TemplateResult } from "lit";
import { FileDown, Pencil, Plus, Server, Trash2, TriangleAlert, Wrench } from "lucide";
import { ask, Problem } from "../../shared/api";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { ours, say as sayShared } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { confirmIn } from "../../staff/confirm-dialog";
import { toast } from "../../staff/toast";
import "./phrase-test";
import { SourceForm } from "./source-form";
import "./tool-detail";
import { ToolImport } from "./tool-import";
import { freshSpec, say, type Source, type Tool, type ToolList, URL } from "./types";

const AGAIN_S = 5;
const SIDE_BY_SIDE = 1100;

export class KefuTools extends PartElement {
  private list: ToolList | null = null;
  private chosen: Tool | null = null;
  private failed = false;
  private timer = 0;

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    this.addEventListener("tools-changed", (event) => void this.load((event as CustomEvent<string | null>).detail));
    void this.load(null);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  private get mayWrite(): boolean {
    return this.hasAttribute("data-may-write");
  }

  private async load(chosen: string | null | undefined): Promise<void> {
    clearTimeout(this.timer);
    try {
      this.list = await ask<ToolList>(URL);
      const id = chosen ?? this.chosen?.tool_id;
      this.chosen = this.list.items.find((tool) => tool.tool_id === id) ?? null;
      this.failed = false;
    } catch {
      this.failed = true;
      this.timer = window.setTimeout(() => void this.load(chosen), AGAIN_S * 1000);
    }
    this.requestUpdate();
  }

  private complain(error: unknown): void {
    toast(error instanceof Problem && error.detail ? error.detail : sayShared("network"), "alert");
  }

  private choose(tool: Tool): void {
    this.chosen = tool;
    this.requestUpdate();
    if (innerWidth > SIDE_BY_SIDE) return;
    void this.updateComplete.then(() => this.querySelector("tool-detail")?.scrollIntoView({ block: "start" }));
  }

  private addTool(): void {
    const source = this.list?.sources[0];
    if (!source) return;
    const id = {
      tool_id: "",
      source_id: source.source_id,
      enabled: false,
      version: 0,
      updated_by: "",
      updated_at: null,
    };
    this.choose({ ...id, spec: freshSpec(), week: null });
  }

  private async flip(tool: Tool, event: Event): Promise<void> {
    const box = event.target as HTMLInputElement;
    const { version, spec, tool_id: id } = tool;
    try {
      await ask(`${URL}/${id}`, { method: "PUT", body: { version, spec, enabled: box.checked } });
      toast(say(box.checked ? "switched_on" : "switched_off", { name: ours(spec.title) || spec.name }));
      await this.load(this.chosen?.tool_id);
    } catch (error) {
      box.checked = tool.enabled;
      this.complain(error);
    }
  }

  private async removeSource(source: Source): Promise<void> {
    const n = this.list?.items.filter((tool) => tool.source_id === source.source_id).length ?? 0;
    const sure = await confirmIn(this, {
      title: say("delete_server_title", { name: source.name }),
      text: say("delete_server_text", { n }),
      action: say("delete"),
    });
    if (!sure) return;
    try {
      await ask(`${URL}/sources/${source.source_id}`, { method: "DELETE" });
      toast(say("deleted", { name: source.name }));
      await this.load(null);
    } catch (error) {
      this.complain(error);
    }
  }

  private row(tool: Tool): TemplateResult {
    const { spec, week } = tool;
    const name = ours(spec.title) || spec.name;
    const source = this.list?.sources.find((one) => one.source_id === tool.source_id);
    return html`
      <tr aria-selected=${String(tool.tool_id === this.chosen?.tool_id)}>
        <td>
          <button class="link-button tool-name" @click=${() => this.choose(tool)}>${name}</button>
          <div class="caption mono">${spec.name}</div>
        </td>
        <td>
          <span
            class="badge ${spec.effect === "writing" ? "warn" : "info"}"
            title=${spec.effect === "writing" ? say("effect_writing_help") : ""}
            ><span class="dot"></span>${say(`effect_${spec.effect}`)}</span
          >
        </td>
        <td class="wide-only">${source?.name ?? ""}</td>
        <td class="number" title=${say("week_help")}>
          ${week ? html`${week.calls}${week.failed ? html` <span class="caption">(${week.failed})</span>` : nothing}` : 0}
        </td>
        <td class="number wide-only">${week ? `${Math.round(week.median_ms)} ms` : "–"}</td>
        <td>
          <input
            type="checkbox"
            class="switch"
            role="switch"
            aria-label=${say("switch", { name })}
            .checked=${tool.enabled}
            ?disabled=${!this.mayWrite}
            @change=${(event: Event) => void this.flip(tool, event)}
          />
        </td>
      </tr>
    `;
  }

  private table(list: ToolList): TemplateResult {
    if (!list.items.length)
      return html`<div class="state">
        <span class="state-mark">${icon(Wrench, 20)}</span>
        <h2>${say("no_tools")}</h2>
        <p>${say("no_tools_help")}</p>
      </div>`;
    return html`<div class="table-scroll">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">${say("tool")}</th>
            <th scope="col">${say("effect")}</th>
            <th scope="col" class="wide-only">${say("server")}</th>
            <th scope="col" class="number" title=${say("week_help")}>${say("week")}</th>
            <th scope="col" class="number wide-only">${say("median")}</th>
            <th scope="col">${say("on")}</th>
          </tr>
        </thead>
        <tbody>
          ${list.items.map((tool) => this.row(tool))}
        </tbody>
      </table>
    </div>`;
  }

  private servers(list: ToolList): TemplateResult {
    return html`<section class="card stack tool-servers">
      <h2 class="title-15">${say("servers")}</h2>
      <ul class="stack">
        ${list.sources.map(
          (source) =>
            html`<li class="row">
              ${icon(Server)}
              <span class="tool-server"
                ><b>${source.name}</b
                ><span class="caption mono"
                  >${say(`kind_${source.kind}`)} · ${source.base_url || source.command}</span
                ></span
              >
              ${this.mayWrite ? this.serverButtons(source) : nothing}
            </li>`,
        )}
      </ul>
    </section>`;
  }

  private serverButtons(source: Source): TemplateResult {
    const edit = say("edit_server", { name: source.name });
    return html`<span class="row push">
      <button
        class="button ghost icon-only small"
        aria-label=${edit}
        title=${edit}
        @click=${() => void part(this, "tool-source-form", SourceForm).open(source, this.list?.commands ?? [])}
      >
        ${icon(Pencil)}
      </button>
      <button
        class="button ghost icon-only small"
        aria-label="${say("delete")} ${source.name}"
        title=${say("delete")}
        @click=${() => void this.removeSource(source)}
      >
        ${icon(Trash2)}
      </button>
    </span>`;
  }

  private actions(list: ToolList): TemplateResult {
    const none = list.sources.length === 0;
    return html`<div class="row push head-actions">
      <button class="button" @click=${() => void part(this, "tool-source-form", SourceForm).open(null, list.commands)}>
        ${icon(Server)} ${say("add_server")}
      </button>
      <button
        class="button"
        ?disabled=${none}
        @click=${() => void part(this, "tool-import", ToolImport).open(list.sources, list.items)}
      >
        ${icon(FileDown)} ${say("import")}
      </button>
      <button class="button primary" ?disabled=${none} @click=${() => this.addTool()}>
        ${icon(Plus)} ${say("add_tool")}
      </button>
    </div>`;
  }

  private body(): TemplateResult {
    const { list } = this;
    if (!list)
      return this.failed
        ? html`<div class="state">
            <span class="state-mark">${icon(TriangleAlert, 20)}</span>
            <h2>${say("fetch_failed", { seconds: AGAIN_S })}</h2>
          </div>`
        : html`<div class="stack list-skeleton" aria-busy="true">
            ${[1, 2, 3].map(() => html`<span class="skeleton"></span>`)}
          </div>`;
    return html`<div class="tools-columns">
      <div class="stack">
        ${this.table(list)} ${list.sources.length ? this.servers(list) : nothing}
        <phrase-test class="card stack"></phrase-test>
      </div>
      <tool-detail .tool=${this.chosen} .sources=${list.sources} ?may-write=${this.mayWrite}></tool-detail>
    </div>`;
  }

  override render(): TemplateResult {
    const { list } = this;
    const facts = list && {
      servers: list.sources.length,
      tools: list.items.length,
      on: list.items.filter((tool) => tool.enabled).length,
    };
    return html`
      <header class="page-head">
        <div>
          <h1 class="title-20">${say("title")}</h1>
          <div class="caption">${facts ? say("facts", facts) : nothing}</div>
        </div>
        ${list && this.mayWrite ? this.actions(list) : nothing}
      </header>
      <div class="page-body stack">
        <p class="muted tools-purpose">${say("purpose")}</p>
        ${this.body()}
      </div>
      <tool-source-form></tool-source-form>
      <tool-import></tool-import>
    `;
  }
}

customElements.define("kefu-tools", KefuTools);
