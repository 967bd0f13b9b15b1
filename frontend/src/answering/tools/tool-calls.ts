/** <tool-calls>: the last calls of a tool, for whom, with what, and how each ended. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { ask } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { dayAndTime, say as sayShared } from "../../shared/i18n";
import { say, TONES, type Call, URL } from "./types";

export class ToolCalls extends PartElement {
  static override properties = { toolId: { attribute: false } };
  declare toolId: string;
  private calls: Call[] | null = null;
  private failed = false;

  constructor() {
    super();
    this.toolId = "";
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("toolId") && this.toolId) void this.load(this.toolId);
  }

  private async load(id: string): Promise<void> {
    this.calls = null;
    try {
      const found = await ask<{ items: Call[] }>(`${URL}/${id}/calls`);
      if (id === this.toolId) this.calls = found.items;
      this.failed = false;
    } catch {
      this.failed = true;
    }
    this.requestUpdate();
  }

  private row(call: Call): TemplateResult {
    return html`<tr>
      <td class="figures">${dayAndTime(new Date(call.at))}</td>
      <td>
        ${say(`by_${call.by}`)} ${call.user_id ? html`<span class="mono">${call.user_id}</span>` : nothing}
        ${call.confirmed ? html`<span class="badge">${say("confirmed")}</span>` : nothing}
      </td>
      <td class="mono tool-values">${JSON.stringify(call.arguments)}</td>
      <td>
        <span class="badge ${TONES[call.ending]}"><span class="dot"></span>${say(`ending_${call.ending}`)}</span>
        ${call.reason ? html`<span class="caption mono">${call.reason}</span>` : nothing}
      </td>
      <td class="number">${Math.round(call.ms)} ms</td>
    </tr>`;
  }

  override render(): TemplateResult {
    if (this.failed) return html`<p class="error" role="alert">${sayShared("network")}</p>`;
    if (!this.calls) return html`<span class="skeleton" aria-busy="true"></span>`;
    if (!this.calls.length) return html`<p class="muted">${say("no_calls")}</p>`;
    return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${say("calls")}>
      <table class="table">
        <thead>
          <tr>
            ${(["at", "by", "arguments", "ending", "ms"] as const).map(
              (one) => html`<th scope="col" class=${one === "ms" ? "number" : ""}>${say(one)}</th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${this.calls.map((call) => this.row(call))}
        </tbody>
      </table>
    </div>`;
  }
}

customElements.define("tool-calls", ToolCalls);
