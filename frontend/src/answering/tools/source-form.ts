/** <tool-source-form>: the dialog that names a server or changes one; a secret is written here and never read back. */
import { html, nothing, type TemplateResult } from "lit";
import { ask, Problem } from "../../shared/api";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { say as sayShared } from "../../shared/i18n";
import { type Kind, say, type Source, URL, word } from "./types";

const KINDS: Kind[] = ["http", "mcp_http", "mcp_stdio"];

export class SourceForm extends PartElement {
  private source: Source | null = null;
  private commands: string[] = [];
  private kind: Kind = "http";
  private error = "";
  private busy = false;

  async open(source: Source | null, commands: string[]): Promise<void> {
    this.source = source;
    this.commands = commands;
    this.kind = source?.kind ?? "http";
    this.error = "";
    this.requestUpdate();
    await this.updateComplete;
    part(this, "form", HTMLFormElement).reset();
    this.dialog.showModal();
  }

  private get dialog(): HTMLDialogElement {
    return part(this, "dialog", HTMLDialogElement);
  }

  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    const form = new FormData(event.target as HTMLFormElement);
    const body: Record<string, unknown> = { kind: this.kind, name: word(form, "name") };
    if (this.kind === "mcp_stdio") body["command"] = word(form, "command");
    else body["base_url"] = word(form, "base_url");
    if (word(form, "secret") && word(form, "header"))
      body["secrets"] = { [word(form, "header")]: word(form, "secret") };
    this.busy = true;
    this.error = "";
    this.requestUpdate();
    try {
      const path = this.source ? `/sources/${this.source.source_id}` : "/sources";
      await ask(URL + path, { method: this.source ? "PUT" : "POST", body });
      this.dialog.close();
      this.tell("tools-changed", null);
    } catch (problem) {
      this.error = (problem instanceof Problem && problem.detail) || sayShared("network");
    }
    this.busy = false;
    this.requestUpdate();
  }

  private field(name: string, label: string, value: string, help = "", type = "text"): TemplateResult {
    return html`<div class="field">
      <label for="source-${name}">${label}</label>
      <input
        class="input"
        id="source-${name}"
        name=${name}
        type=${type}
        maxlength="4000"
        autocomplete=${type === "password" ? "new-password" : "off"}
        value=${value}
        aria-describedby=${help ? `source-${name}-help` : nothing}
      />
      ${help ? html`<span class="help" id="source-${name}-help">${help}</span>` : nothing}
    </div>`;
  }

  private kinds(): TemplateResult {
    const choose = (event: Event) => {
      this.kind = (event.target as HTMLSelectElement).value as Kind;
      this.requestUpdate();
    };
    return html`<div class="field">
      <label for="source-kind">${say("kind")}</label>
      <select class="input" id="source-kind" ?disabled=${this.source !== null} @change=${choose}>
        ${KINDS.map((kind) => html`<option value=${kind} ?selected=${kind === this.kind}>${say(`kind_${kind}`)}</option>`)}
      </select>
    </div>`;
  }

  private program(): TemplateResult {
    return html`<div class="field">
      <label for="source-command">${say("command")}</label>
      <select class="input" id="source-command" name="command" aria-describedby="source-command-help">
        ${this.commands.map((name) => html`<option ?selected=${name === this.source?.command}>${name}</option>`)}
      </select>
      <span class="help" id="source-command-help">${say("command_help")}</span>
    </div>`;
  }

  override render(): TemplateResult {
    const { source } = this;
    return html`<dialog class="dialog tool-dialog" aria-labelledby="source-title">
      <form class="stack" @submit=${(event: SubmitEvent) => void this.save(event)}>
        <h2 class="title-15" id="source-title">
          ${source ? say("edit_server", { name: source.name }) : say("add_server")}
        </h2>
        ${this.field("name", say("server"), source?.name ?? "")} ${this.kinds()}
        ${
          this.kind === "mcp_stdio"
            ? this.program()
            : this.field("base_url", say("address"), source?.base_url ?? "https://", say("address_help"), "url")
        }
        ${this.field("header", say("secret_name"), source?.secrets[0] ?? "Authorization")}
        ${this.field("secret", say("secret_value"), "", say("secret_help"), "password")}
        ${this.error ? html`<p class="error" role="alert">${this.error}</p>` : nothing}
        <div class="row dialog-actions">
          <button type="button" class="button push" @click=${() => this.dialog.close()}>${say("cancel")}</button>
          <button class="button primary" aria-busy=${String(this.busy)}>${say("save")}</button>
        </div>
      </form>
    </dialog>`;
  }
}

customElements.define("tool-source-form", SourceForm);
