/** Sending a version into the shadow, on a share, or live: how much, and why if the gate did not let it through. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { say as sayShared } from "../../shared/i18n";
import { toast } from "../../staff/toast";
import { given } from "../datasets/types";
import { MODELS, named, say, type Model } from "./types";

export type Move = "shadow" | "canary" | "promote" | "retire";

export class MoveDialog extends PartElement {
  @state() private model: Model | null = null;
  @state() private move: Move = "shadow";
  @state() private problem = "";
  @state() private busy = false;

  open(model: Model, move: Move): void {
    this.model = model;
    this.move = move;
    this.problem = "";
    void this.updateComplete.then(() => {
      this.querySelector("form")?.reset();
      this.querySelector("dialog")?.showModal();
    });
  }

  private async send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const body: Record<string, unknown> = {};
    if (this.move === "shadow" || this.move === "canary") body["share"] = Number(given(form, "share")) / 100;
    if (this.move !== "retire") body["reason"] = given(form, "reason");
    this.busy = true;
    try {
      const path = `${MODELS}/${this.model?.model_id ?? ""}/${this.move}`;
      const done = await ask<{ name: string; state: string }>(path, { method: "POST", body, timeoutMs: 90_000 });
      toast(say("moved", { name: done.name, state: named("state", done.state).replace(" {n}%", "") }));
      this.querySelector("dialog")?.close();
      this.tell("model-moved");
    } catch (error) {
      this.problem = error instanceof Problem && error.detail ? error.detail : sayShared("network");
    }
    this.busy = false;
  }

  override render(): TemplateResult {
    const model = this.model;
    const shares = this.move === "shadow" || this.move === "canary";
    const needsReason = this.move !== "retire" && model?.details.gate?.passed !== true;
    return html`<dialog class="dialog" aria-labelledby="move-title">
      <h2 id="move-title">${model?.name ?? ""}</h2>
      <p>${named("move", this.move)}</p>
      <form class="stack" @submit=${(event: SubmitEvent) => void this.send(event)}>
        ${
          shares
            ? html`<div class="field">
                <label for="move-share">${say("share")}</label>
                <input
                  class="input"
                  id="move-share"
                  name="share"
                  type="number"
                  min="1"
                  max="100"
                  required
                  value=${Math.round((model?.share ?? 0) * 100) || 20}
                />
              </div>`
            : nothing
        }
        ${
          needsReason
            ? html`<div class="field">
                <label for="move-reason">${say("reason")}</label>
                <textarea class="input" id="move-reason" name="reason" maxlength="500"></textarea>
              </div>`
            : nothing
        }
        <div role="status">${this.problem ? html`<p class="error">${this.problem}</p>` : nothing}</div>
        <div class="actions">
          <button type="button" class="button ghost" @click=${() => this.querySelector("dialog")?.close()}>
            ${sayShared("cancel")}
          </button>
          <button
            class="button ${this.move === "retire" ? "danger" : "primary"}"
            aria-busy=${this.busy ? "true" : "false"}
          >
            ${say("go_on")}
          </button>
        </div>
      </form>
    </dialog>`;
  }
}

customElements.define("move-dialog", MoveDialog);

declare global {
  interface HTMLElementTagNameMap {
    "move-dialog": MoveDialog;
  }
}
