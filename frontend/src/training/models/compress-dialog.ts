/** Making a version whole or smaller: a run that merges, rounds or quantises it, judged like any other afterwards. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { ask } from "../../shared/api";
import { FormDialog } from "../../staff/form-dialog";
import { given } from "../datasets/types";
import { MODELS, named, say, type Model } from "./types";

const KINDS = ["merge", "int8", "gptq", "awq"] as const;

export class CompressDialog extends FormDialog {
  @state() private model: Model | null = null;
  @state() private kind: string = KINDS[0];

  open(model: Model): void {
    this.model = model;
    this.kind = model.details.serves === "model" ? "int8" : "merge";
    void this.show();
  }

  private send(event: SubmitEvent): void {
    event.preventDefault();
    const kind = given(new FormData(event.currentTarget as HTMLFormElement), "kind");
    void this.act(async () => {
      const path = `${MODELS}/${this.model?.model_id ?? ""}/compress`;
      const made = await ask<{ run_id: string }>(path, { method: "POST", body: { kind } });
      location.assign(`/admin/training?run=${made.run_id}`);
    });
  }

  private choice(kind: (typeof KINDS)[number]): TemplateResult | typeof nothing {
    if (kind === "merge" && this.model?.details.serves === "model") return nothing;
    return html`<label class="learn-row">
      <input
        type="radio"
        name="kind"
        value=${kind}
        .checked=${this.kind === kind}
        @change=${() => (this.kind = kind)}
      />
      <span><b>${named("compress", kind)}</b> <span class="caption">${named("compress_help", kind)}</span></span>
    </label>`;
  }

  override render(): TemplateResult {
    return html`<dialog class="dialog" aria-labelledby="compress-title">
      <h2 id="compress-title">${say("compress_of", { name: this.model?.name ?? "" })}</h2>
      <form class="stack" @submit=${(event: SubmitEvent) => this.send(event)}>
        <fieldset class="stack compress-kinds">
          <legend class="caption">${say("compress_into")}</legend>
          ${KINDS.map((kind) => this.choice(kind))}
        </fieldset>
        <p class="help">${say("compress_then")}</p>
        ${this.foot(say("go_on"))}
      </form>
    </dialog>`;
  }
}

customElements.define("compress-dialog", CompressDialog);

declare global {
  interface HTMLElementTagNameMap {
    "compress-dialog": CompressDialog;
  }
}
