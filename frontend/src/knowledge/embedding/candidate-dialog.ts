/** Adding a served model to the list, or giving it another address or key; it can be probed before it is saved. */
import { html, nothing, type TemplateResult } from "lit";
import { CircleCheck, TriangleAlert } from "lucide";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { say as sayShared } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { toast } from "../../staff/toast";
import { count, EMBEDDERS, say, type Candidate, type Probe } from "./types";

const LIST = `${EMBEDDERS}/candidates`;

export function probeResult(probe: Probe): TemplateResult {
  if (probe.error)
    return html`<span class="danger-text">${probe.error.message} <code class="mono">${probe.error.code}</code></span>`;
  return html`${say("probed", { n: count(probe.dimensions), rate: count(Math.round(probe.per_s)) })}${
    probe.indexable ? nothing : html`<div class="help">${say("no_index")}</div>`
  }`;
}

export class CandidateDialog extends PartElement {
  static override properties = {
    candidate: { state: true },
    probe: { state: true },
    problem: { state: true },
    busy: { state: true },
  };
  declare candidate: Candidate | null;
  declare probe: Probe | null;
  declare problem: string;
  declare busy: "" | "probe" | "save";

  constructor() {
    super();
    this.candidate = this.probe = null;
    this.problem = this.busy = "";
  }

  open(candidate: Candidate | null): void {
    this.candidate = candidate;
    this.probe = null;
    this.problem = "";
    void this.updateComplete.then(() => {
      this.querySelector("form")?.reset();
      this.querySelector("dialog")?.showModal();
    });
  }

  private body(): Record<string, unknown> {
    const form = new FormData(this.querySelector("form") as HTMLFormElement);
    const said: Record<string, unknown> = {};
    for (const [name, value] of form) if (value !== "") said[name] = name === "dimensions" ? Number(value) : value;
    return said;
  }

  private async send(kind: "probe" | "save"): Promise<void> {
    const form = this.querySelector("form") as HTMLFormElement;
    if (!form.reportValidity()) return;
    this.busy = kind;
    this.problem = "";
    try {
      if (kind === "probe")
        this.probe = await ask<Probe>(`${LIST}/probe`, { method: "POST", body: this.body(), timeoutMs: 90_000 });
      else {
        const path = this.candidate ? `${LIST}/${this.candidate.candidate_id}` : LIST;
        const added = await ask<Candidate>(path, { method: this.candidate ? "PATCH" : "POST", body: this.body() });
        if (!this.candidate && this.probe)
          void ask(`${LIST}/${added.candidate_id}/probe`, { method: "POST", body: {} });
        toast(say("saved"));
        this.querySelector("dialog")?.close();
        this.tell("candidate-saved");
      }
    } catch (error) {
      this.problem = error instanceof Problem && error.detail ? error.detail : sayShared("network");
    }
    this.busy = "";
  }

  private field(
    name: string,
    label: string,
    help: string,
    options: { type?: string; required?: boolean; value?: string; min?: number } = {},
  ): TemplateResult {
    return html`
      <div class="field">
        <label for="candidate-${name}">${label}</label>
        <input
          class="input"
          id="candidate-${name}"
          name=${name}
          type=${options.type ?? "text"}
          ?required=${options.required ?? false}
          min=${options.min ?? nothing}
          maxlength="500"
          autocomplete="off"
          value=${options.value ?? ""}
          aria-describedby=${help ? `candidate-${name}-help` : nothing}
        />
        ${help ? html`<span class="help" id="candidate-${name}-help">${help}</span>` : nothing}
      </div>
    `;
  }

  override render(): TemplateResult {
    const changing = this.candidate !== null;
    return html`
      <dialog class="dialog embed-wide" aria-labelledby="candidate-title">
        <h2 id="candidate-title">${changing ? `${say("change_key")} · ${this.candidate?.model}` : say("add")}</h2>
        <form
          class="stack"
          @submit=${(event: Event) => {
            event.preventDefault();
            void this.send("save");
          }}
        >
          ${this.field("base_url", say("address"), say("address_help"), {
            type: "url",
            required: !changing,
            value: this.candidate?.base_url ?? "",
          })}
          ${changing ? nothing : this.field("model", say("model"), "", { required: true })}
          ${this.field("key", say("key"), say("key_help"), { type: "password" })}
          ${
            changing
              ? nothing
              : html`${this.field("dimensions", say("wanted_dimensions"), say("wanted_help"), { type: "number", min: 1 })}
                ${this.field("query_prefix", say("query_prefix"), "")}
                ${this.field("passage_prefix", say("passage_prefix"), "")}`
          }
          <div role="status">
            ${this.problem ? html`<p class="error">${this.problem}</p>` : nothing}
            ${
              this.probe
                ? html`<p class="embed-probe">
                    ${icon(this.probe.error ? TriangleAlert : CircleCheck)} <span>${probeResult(this.probe)}</span>
                  </p>`
                : nothing
            }
          </div>
          <div class="actions">
            <button type="button" class="button ghost" @click=${() => this.querySelector("dialog")?.close()}>
              ${sayShared("cancel")}
            </button>
            ${
              changing
                ? nothing
                : html`<button
                    type="button"
                    class="button"
                    aria-busy=${this.busy === "probe" ? "true" : "false"}
                    @click=${() => void this.send("probe")}
                  >
                    ${say("probe")}
                  </button>`
            }
            <button class="button primary" aria-busy=${this.busy === "save" ? "true" : "false"}>
              ${changing ? say("keep") : say("save")}
            </button>
          </div>
        </form>
      </dialog>
    `;
  }
}

customElements.define("candidate-dialog", CandidateDialog);

declare global {
  interface HTMLElementTagNameMap {
    "candidate-dialog": CandidateDialog;
  }
}
