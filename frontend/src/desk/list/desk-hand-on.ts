/** <desk-hand-on>: transfer or assign a conversation, and whisper to whoever has it; buttons, and one small dialog. */
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ArrowRightLeft, Ear } from "lucide";
import desk from "../../../texts/desk.json";
import { ask, Problem } from "../../shared/api";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { say as sayShared, sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { toast } from "../../staff/toast";

const say = sentences(desk);
type Act = "transfer" | "assign" | "whisper";

interface Colleague {
  staff_id: string;
  name: string;
  state: "online" | "busy" | "break" | "offline";
  there: boolean;
  load: number;
  capacity: number;
}

interface Queue {
  queue_id: string;
  name: string;
  waiting: number;
}

@customElement("desk-hand-on")
export class DeskHandOn extends PartElement {
  @property({ attribute: "data-conversation" }) conversation = "";
  @property({ attribute: "data-owner" }) owner = "";
  @property({ attribute: "data-mine", type: Boolean }) mine = false;
  @property({ attribute: "data-supervises", type: Boolean }) supervises = false;
  @property({ attribute: "data-self" }) self = "";
  @state() private act: Act | null = null;
  @state() private colleagues: Colleague[] = [];
  @state() private queues: Queue[] = [];
  @state() private problem = "";
  @state() private busy = false;

  protected override render(): TemplateResult {
    const taken = this.owner === "agent";
    return html`
      ${this.mine || (this.supervises && taken) ? this.button("transfer") : nothing}
      ${this.supervises && !taken && this.owner !== "none" ? this.button("assign") : nothing}
      ${this.supervises && taken && !this.mine ? this.button("whisper") : nothing}
      ${this.act ? this.dialog(this.act) : nothing}
    `;
  }

  private button(act: Act): TemplateResult {
    return html`<button type="button" class="button small" title=${say(act)} @click=${() => void this.open(act)}>
      ${icon(act === "whisper" ? Ear : ArrowRightLeft, 14)}<span>${say(act)}</span>
    </button>`;
  }

  private async open(act: Act): Promise<void> {
    this.problem = "";
    try {
      if (act !== "whisper")
        [this.colleagues, this.queues] = await Promise.all([
          ask<Colleague[]>("/api/v1/desk/agents"),
          act === "transfer" ? ask<Queue[]>("/api/v1/queues") : Promise.resolve([]),
        ]);
    } catch (problem) {
      toast(problem instanceof Problem && problem.detail ? problem.detail : sayShared("network"), "alert");
      return;
    }
    this.act = act;
    await this.updateComplete;
    part(this, "dialog", HTMLDialogElement).showModal();
  }

  private dialog(act: Act): TemplateResult {
    return html`<dialog class="dialog" aria-labelledby="hand-on-title" @close=${() => (this.act = null)}>
      <form class="stack" @submit=${(event: Event) => void this.send(event)}>
        <h2 id="hand-on-title">${say(`${act}_title`)}</h2>
        ${act === "whisper" ? nothing : this.targets(act)}
        ${
          act === "assign"
            ? nothing
            : html`<div class="field">
                <label for="hand-on-words">${say(act === "whisper" ? "whisper" : "transfer_note")}</label>
                <textarea
                  class="input"
                  id="hand-on-words"
                  maxlength="2000"
                  rows="3"
                  ?required=${act === "whisper"}
                ></textarea>
              </div>`
        }
        ${this.problem ? html`<p class="banner danger" role="alert">${this.problem}</p>` : nothing}
        <div class="actions">
          <button type="button" class="button" @click=${() => part(this, "dialog", HTMLDialogElement).close()}>
            ${sayShared("cancel")}
          </button>
          <button class="button primary" aria-busy=${String(this.busy)}>${say(act)}</button>
        </div>
      </form>
    </dialog>`;
  }

  /** People first, those who are there on top; then the lines. */
  private targets(act: Act): TemplateResult {
    const there = this.colleagues.filter((one) => one.staff_id !== this.self && (act === "assign" || one.there));
    const ordered = [...there].sort(
      (a, b) => Number(b.there) - Number(a.there) || a.load / a.capacity - b.load / b.capacity,
    );
    const option = (value: string, words: TemplateResult | string, first: boolean) =>
      html`<label class="row"
        ><input type="radio" name="to" value=${value} ?checked=${first} required /> ${words}</label
      >`;
    return html`
      <fieldset class="hand-on">
        <legend class="caption">${say("to_person")}</legend>
        ${
          ordered.length
            ? ordered.map((one, n) =>
                option(
                  `staff_id:${one.staff_id}`,
                  html`<b>${one.name}</b>
                    <span class="caption push"
                      >${say(`presence_${one.there ? one.state : "offline"}`)} · ${one.load} / ${one.capacity}</span
                    >`,
                  n === 0,
                ),
              )
            : html`<p class="caption">${say("nobody_there")}</p>`
        }
      </fieldset>
      ${
        this.queues.length
          ? html`<fieldset class="hand-on">
              <legend class="caption">${say("to_queue")}</legend>
              ${this.queues.map((one, n) =>
                option(
                  `queue_id:${one.queue_id}`,
                  html`<b>${one.name || say("default_queue")}</b>
                    <span class="caption push">${say("queue_waiting", { n: one.waiting })}</span>`,
                  !ordered.length && n === 0,
                ),
              )}
            </fieldset>`
          : nothing
      }
    `;
  }

  private async send(event: Event): Promise<void> {
    event.preventDefault();
    const act = this.act;
    if (!act || this.busy) return;
    const words = this.querySelector<HTMLTextAreaElement>("#hand-on-words")?.value.trim() ?? "";
    const [kind, id] = (this.querySelector<HTMLInputElement>("input:checked")?.value ?? "").split(":");
    const target = kind && id ? { [kind]: id } : {};
    const body = act === "whisper" ? { text: words } : { ...target, ...(words ? { note: words } : {}) };
    this.busy = true;
    try {
      const path = act === "whisper" ? "whispers" : act;
      await ask(`/api/v1/conversations/${this.conversation}/${path}`, { method: "POST", body });
      part(this, "dialog", HTMLDialogElement).close();
      toast(say(act === "whisper" ? "whisper_sent" : act === "assign" ? "assigned" : "transferred"));
      this.tell("desk-changed");
    } catch (problem) {
      this.problem = problem instanceof Problem && problem.detail ? problem.detail : sayShared("network");
    }
    this.busy = false;
  }
}
