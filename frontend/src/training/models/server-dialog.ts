/** Where a whole model is served: the command that starts it, and the address it answers at. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { say as sayShared } from "../../shared/i18n";
import { toast } from "../../staff/toast";
import { given } from "../datasets/types";
import { MODELS, say, type Model } from "./types";

export class ServerDialog extends PartElement {
  @state() private model: Model | null = null;
  @state() private problem = "";
  @state() private busy = false;

  open(model: Model): void {
    this.model = model;
    this.problem = "";
    void this.updateComplete.then(() => this.querySelector("dialog")?.showModal());
  }

  private async send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const url = given(new FormData(event.currentTarget as HTMLFormElement), "url");
    this.busy = true;
    this.problem = "";
    try {
      await ask(`${MODELS}/${this.model?.model_id ?? ""}/server`, { method: "PUT", body: { url } });
      toast(say("saved"));
      this.querySelector("dialog")?.close();
      this.tell("model-moved");
    } catch (error) {
      this.problem = error instanceof Problem && error.detail ? error.detail : sayShared("network");
    }
    this.busy = false;
  }

  override render(): TemplateResult {
    const model = this.model;
    return html`<dialog class="dialog" aria-labelledby="server-title">
      <h2 id="server-title">${say("server_of", { name: model?.name ?? "" })}</h2>
      <p>${say("server_help")}</p>
      <pre class="learn-log" tabindex="0">
kefu serve-model &lt;${say("its_folder")}&gt; --name ${model?.name ?? ""} --port 8101</pre>
      <form class="stack" @submit=${(event: SubmitEvent) => void this.send(event)}>
        <div class="field">
          <label for="server-url">${say("server_url")}</label>
          <input
            class="input"
            id="server-url"
            name="url"
            type="url"
            required
            placeholder="http://127.0.0.1:8101/v1"
            .value=${model?.details.server_url ?? ""}
          />
        </div>
        <div role="status">${this.problem ? html`<p class="error">${this.problem}</p>` : nothing}</div>
        <div class="actions">
          <button type="button" class="button ghost" @click=${() => this.querySelector("dialog")?.close()}>
            ${sayShared("cancel")}
          </button>
          <button class="button primary" aria-busy=${this.busy ? "true" : "false"}>${say("save")}</button>
        </div>
      </form>
    </dialog>`;
  }
}

customElements.define("server-dialog", ServerDialog);

declare global {
  interface HTMLElementTagNameMap {
    "server-dialog": ServerDialog;
  }
}
