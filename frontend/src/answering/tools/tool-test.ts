/** <tool-test>: really calls a tool for one customer, and shows what was sent, what is kept, and what one would read. */
import { html, nothing, type TemplateResult } from "lit";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { ours, say as sayShared } from "../../shared/i18n";
import { say, TONES, type Parameter, type Tool, type Tried, URL, word } from "./types";

export class ToolTest extends PartElement {
  static override properties = { tool: { attribute: false } };
  declare tool: Tool | null;
  private tried: Tried | null = null;
  private error = "";
  private busy = false;

  constructor() {
    super();
    this.tool = null;
  }

  private get wanted(): Parameter[] {
    return this.tool?.spec.parameters.filter((one) => !one.customer && one.fixed === null) ?? [];
  }

  private value(one: Parameter, written: string): unknown {
    const kind = one.schema["type"];
    if (kind === "integer" || kind === "number") return Number(written);
    if (kind === "boolean") return written === "true";
    if (kind !== "object" && kind !== "array") return written;
    try {
      return JSON.parse(written);
    } catch {
      return written;
    }
  }

  private async call(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const { tool } = this;
    if (!tool || this.busy) return;
    const form = new FormData(event.target as HTMLFormElement);
    const given = this.wanted.filter((one) => word(form, `value-${one.name}`) !== "");
    const values = Object.fromEntries(given.map((one) => [one.name, this.value(one, word(form, `value-${one.name}`))]));
    this.busy = true;
    this.error = "";
    this.requestUpdate();
    try {
      const body = { arguments: values, user_id: word(form, "user") || null };
      this.tried = await ask<Tried>(`${URL}/${tool.tool_id}/test`, { method: "POST", body, timeoutMs: 120_000 });
    } catch (problem) {
      this.tried = null;
      this.error = (problem instanceof Problem && problem.detail) || sayShared("network");
    }
    this.busy = false;
    this.requestUpdate();
  }

  private input(one: Parameter): TemplateResult {
    const id = `try-${one.name}`;
    return html`<div class="field">
      <label for=${id}>${ours(one.label) || one.name}</label>
      ${
        one.choices.length
          ? html`<select class="input" id=${id} name="value-${one.name}">
              <option value=""></option>
              ${one.choices.map((choice) => html`<option value=${choice.value}>${ours(choice.label) || choice.value}</option>`)}
            </select>`
          : html`<input class="input mono" id=${id} name="value-${one.name}" autocomplete="off" />`
      }
    </div>`;
  }

  private outcome(tried: Tried): TemplateResult {
    const told = [tried.status ? `HTTP ${tried.status}` : "", tried.reason ?? "", `${Math.round(tried.ms)} ms`];
    return html`<div class="stack" role="status">
      <p class="row">
        <span class="badge ${TONES[tried.ending]}"><span class="dot"></span>${say(`ending_${tried.ending}`)}</span>
        <span class="caption mono">${told.filter(Boolean).join(" · ")}</span>
      </p>
      ${Object.entries(tried.problems).map(([name, why]) => html`<p class="error">${name}: ${why}</p>`)}
      ${
        tried.ending === "invalid"
          ? nothing
          : html`<h3 class="title-13">${say("try_answer")}</h3>
              <p class="tool-answer">${ours(tried.answer)}</p>
              <h3 class="title-13">${say("try_result")}</h3>
              <pre class="tool-json" tabindex="0">${JSON.stringify(tried.result, null, 2)}</pre>
              <h3 class="title-13">${say("try_sent")}</h3>
              <pre class="tool-json" tabindex="0">${JSON.stringify(tried.arguments, null, 2)}</pre>`
      }
    </div>`;
  }

  override render(): TemplateResult {
    const { tool } = this;
    if (!tool) return html``;
    const personal = tool.spec.parameters.some((one) => one.customer);
    return html`<form class="stack" @submit=${(event: SubmitEvent) => void this.call(event)}>
        ${tool.spec.effect === "writing" ? html`<div class="banner warn">${say("try_writing")}</div>` : nothing}
        ${
          personal
            ? html`<div class="field">
                <label for="try-user">${say("try_user")}</label>
                <input class="input mono" id="try-user" name="user" autocomplete="off" />
              </div>`
            : nothing
        }
        ${this.wanted.map((one) => this.input(one))}
        <button class="button primary" aria-busy=${String(this.busy)}>${say("try_do")}</button>
      </form>
      ${this.error ? html`<p class="error" role="alert">${this.error}</p>` : nothing}
      ${this.tried ? this.outcome(this.tried) : nothing}`;
  }
}

customElements.define("tool-test", ToolTest);
