/** <queue-form>: the dialog that makes or changes a queue: whose conversations, how they come to people, who serves. */
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import queues from "../../texts/queues.json";
import { ask, Problem } from "../shared/api";
import { part } from "../shared/dom";
import { PartElement } from "../shared/element";
import { say as sayShared, sentences } from "../shared/i18n";
import { LANGUAGES, listed, MODES, nameOf, type Mode, type Person, type Queue } from "./types";

const say = sentences(queues);

@customElement("queue-form")
export class QueueForm extends PartElement {
  @state() private queue: Queue | null = null;
  @state() private people: Person[] = [];
  @state() private mode: Mode = "pick";
  @state() private wrong: Partial<Record<"name" | "accept", string>> = {};
  @state() private failed: Problem | null = null;
  @state() private busy = false;

  /** Opens for a new queue (null) or a known one; tells `queue-saved` with the queue when it is stored. */
  async open(queue: Queue | null, people: Person[]): Promise<void> {
    this.queue = queue;
    this.people = people;
    this.mode = queue?.mode ?? "pick";
    this.wrong = {};
    this.failed = null;
    await this.updateComplete;
    part(this, "form", HTMLFormElement).reset();
    part(this, "dialog", HTMLDialogElement).showModal();
  }

  private body(form: FormData): Record<string, unknown> {
    const words = (name: string) => (form.get(name) as string | null)?.trim() ?? "";
    return {
      name: this.queue?.is_default ? "" : words("name"),
      mode: this.mode,
      accept_within_s: this.mode === "offer" ? Number(words("accept")) : (this.queue?.accept_within_s ?? 30),
      languages: form.getAll("language"),
      channels: listed(words("channels")),
      tiers: listed(words("tiers")),
      position: Number(words("position") || 0),
      members: form.getAll("member"),
    };
  }

  private async save(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    const body = this.body(new FormData(part(this, "form", HTMLFormElement)));
    this.wrong = {};
    this.failed = null;
    if (!this.queue?.is_default && !body["name"]) this.wrong = { name: say("name_missing") };
    const accept = body["accept_within_s"] as number;
    if (!Number.isInteger(accept) || accept < 10 || accept > 600)
      this.wrong = { ...this.wrong, accept: say("accept_wrong") };
    if (Object.keys(this.wrong).length) return this.toFault();
    this.busy = true;
    try {
      const saved = this.queue
        ? await ask<Queue>(`/api/v1/queues/${this.queue.queue_id}`, {
            method: "PUT",
            body,
            headers: { "If-Match": `"${this.queue.revision}"` },
          })
        : await ask<Queue>("/api/v1/queues", { method: "POST", body });
      part(this, "dialog", HTMLDialogElement).close();
      this.tell("queue-saved", { queue: saved, fresh: !this.queue });
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem(0, "network", "");
      if (problem.code === "queue_name_taken") this.wrong = { name: problem.detail };
      else this.failed = problem;
      await this.toFault();
    }
    this.busy = false;
  }

  private async toFault(): Promise<void> {
    await this.updateComplete;
    this.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }

  private async takeTheirs(): Promise<void> {
    if (!this.queue) return;
    const theirs = await ask<Queue>(`/api/v1/queues/${this.queue.queue_id}`);
    part(this, "dialog", HTMLDialogElement).close();
    await this.open(theirs, this.people);
  }

  private text(name: string, label: string, value: string, help: string, wrong?: string): TemplateResult {
    return html`<div class="field">
      <label for="queue-${name}">${label}</label>
      <input
        class="input"
        id="queue-${name}"
        name=${name}
        value=${value}
        maxlength=${name === "name" ? 60 : 2000}
        autocomplete="off"
        aria-invalid=${wrong ? "true" : "false"}
        aria-describedby="queue-${name}-help"
      />
      <span class=${wrong ? "error" : "help"} id="queue-${name}-help">${wrong ?? help}</span>
    </div>`;
  }

  private modes(): TemplateResult {
    return html`<div class="queue-pair">
      <div class="field">
        <label for="queue-mode">${say("mode")}</label>
        <select
          class="input"
          id="queue-mode"
          aria-describedby="queue-mode-help"
          @change=${(event: Event) => (this.mode = (event.target as HTMLSelectElement).value as Mode)}
        >
          ${MODES.map((mode) => html`<option value=${mode} ?selected=${mode === this.mode}>${say(`mode_${mode}`)}</option>`)}
        </select>
        <span class="help" id="queue-mode-help">${say(`help_${this.mode}`)}</span>
      </div>
      ${
        this.mode === "offer"
          ? this.text("accept", say("accept_within"), String(this.queue?.accept_within_s ?? 30), "", this.wrong.accept)
          : nothing
      }
    </div>`;
  }

  private checks(
    name: string,
    legend: string,
    help: string,
    options: [string, string][],
    chosen: string[],
  ): TemplateResult {
    return html`<fieldset class="queue-checks">
      <legend>${legend}</legend>
      <div>
        ${options.map(
          ([value, words]) =>
            html`<label class="row"
              ><input type="checkbox" name=${name} value=${value} ?checked=${chosen.includes(value)} /> ${words}</label
            >`,
        )}
      </div>
      <span class="help">${help}</span>
    </fieldset>`;
  }

  protected override render(): TemplateResult {
    const queue = this.queue;
    const members = (queue?.members ?? []).map((one) => one.staff_id);
    return html`<dialog class="dialog queue-dialog" aria-labelledby="queue-form-title">
      <form class="stack" novalidate @submit=${(event: Event) => void this.save(event)}>
        <h2 id="queue-form-title">${queue ? say("edit_title", { name: nameOf(queue) }) : say("add")}</h2>
        ${queue?.is_default ? nothing : this.text("name", say("name"), queue?.name ?? "", "", this.wrong.name)}
        ${this.modes()}
        ${
          queue?.is_default
            ? nothing
            : html`${this.checks(
                  "language",
                  say("languages"),
                  "",
                  LANGUAGES.map((one) => [one, say(`language_${one}`)]),
                  queue?.languages ?? [],
                )}
                <div class="queue-pair">
                  ${this.text("channels", say("channels"), (queue?.channels ?? []).join(", "), say("listed_help"))}
                  ${this.text("tiers", say("tiers"), (queue?.tiers ?? []).join(", "), say("listed_help"))}
                </div>
                ${this.text("position", say("position"), String(queue?.position ?? 0), say("position_help"))}`
        }
        ${this.checks(
          "member",
          say("members"),
          say("members_help"),
          this.people.map((one) => [one.staff_id, one.name]),
          members,
        )}
        ${
          this.failed
            ? html`<p class="banner danger" role="alert">
                <span>${this.failed.detail || sayShared("network")}</span>
                ${
                  this.failed.code === "queue_changed"
                    ? html`<button type="button" class="link-button" @click=${() => void this.takeTheirs()}>
                        ${say("take_theirs")}
                      </button>`
                    : nothing
                }
              </p>`
            : nothing
        }
        <div class="actions">
          <button type="button" class="button" @click=${() => part(this, "dialog", HTMLDialogElement).close()}>
            ${sayShared("cancel")}
          </button>
          <button class="button primary" aria-busy=${String(this.busy)}>${say("save")}</button>
        </div>
      </form>
    </dialog>`;
  }
}
