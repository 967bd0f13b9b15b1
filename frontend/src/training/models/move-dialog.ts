/** Sending a version into the shadow, on a share, or live: how much, and why if the gate did not let it through. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { ask } from "../../shared/api";
import { FormDialog } from "../../staff/form-dialog";
import { toast } from "../../staff/toast";
import { given } from "../datasets/types";
import { MODELS, named, say, type Model } from "./types";

export type Move = "shadow" | "canary" | "promote" | "retire";

export class MoveDialog extends FormDialog {
  @state() private model: Model | null = null;
  @state() private move: Move = "shadow";

  open(model: Model, move: Move): void {
    this.model = model;
    this.move = move;
    void this.showEmpty();
  }

  private send(event: SubmitEvent): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const body: Record<string, unknown> = {};
    if (this.move === "shadow" || this.move === "canary") body["share"] = Number(given(form, "share")) / 100;
    if (this.move !== "retire") body["reason"] = given(form, "reason");
    void this.act(async () => {
      const path = `${MODELS}/${this.model?.model_id ?? ""}/${this.move}`;
      const done = await ask<{ name: string; state: string }>(path, { method: "POST", body, timeoutMs: 90_000 });
      toast(say("moved", { name: done.name, state: named("state", done.state).replace(" {n}%", "") }));
      this.close();
      this.tell("model-moved");
    });
  }

  override render(): TemplateResult {
    const model = this.model;
    const shares = this.move === "shadow" || this.move === "canary";
    const needsReason = this.move !== "retire" && model?.details.gate?.passed !== true;
    return html`<dialog class="dialog" aria-labelledby="move-title">
      <h2 id="move-title">${model?.name ?? ""}</h2>
      <p>${named("move", this.move)}</p>
      <form class="stack" @submit=${(event: SubmitEvent) => this.send(event)}>
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
        ${this.foot(say("go_on"), this.move === "retire" ? "danger" : "primary")}
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
