/** Where a whole model is served: the command that starts it, and the address it answers at. */
import { html, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { ask } from "../../shared/api";
import { FormDialog } from "../../staff/form-dialog";
import { toast } from "../../staff/toast";
import { given } from "../datasets/types";
import { MODELS, say, type Model } from "./types";

export class ServerDialog extends FormDialog {
  @state() private model: Model | null = null;

  open(model: Model): void {
    this.model = model;
    void this.show();
  }

  private send(event: SubmitEvent): void {
    event.preventDefault();
    const url = given(new FormData(event.currentTarget as HTMLFormElement), "url");
    void this.act(async () => {
      await ask(`${MODELS}/${this.model?.model_id ?? ""}/server`, { method: "PUT", body: { url } });
      toast(say("saved"));
      this.close();
      this.tell("model-moved");
    });
  }

  override render(): TemplateResult {
    const model = this.model;
    return html`<dialog class="dialog" aria-labelledby="server-title">
      <h2 id="server-title">${say("server_of", { name: model?.name ?? "" })}</h2>
      <p>${say("server_help")}</p>
      <pre class="learn-log" tabindex="0">
kefu serve-model &lt;${say("its_folder")}&gt; --name ${model?.name ?? ""} --port 8101</pre>
      <form class="stack" @submit=${(event: SubmitEvent) => this.send(event)}>
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
        ${this.foot(say("save"))}
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
