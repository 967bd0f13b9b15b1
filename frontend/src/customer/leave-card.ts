/** <kefu-leave-card>: a message instead of waiting: how to reach you, what it is about; then by when, and the way back. */
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Copy, Mail } from "lucide";
import { Problem } from "../shared/api";
import { part } from "../shared/dom";
import { PartElement } from "../shared/element";
import { dayAndTime } from "../shared/i18n";
import { icon } from "../shared/icons";
import type { Hours } from "./config";
import { peopleThere, replyDay, replyTime } from "./hours";
import { say } from "./texts";

export interface Left {
  name: string;
  contact: string;
  text: string;
}

const REACHABLE = /^([^@\s]+@[^@\s]+\.[^@\s]+|\+?[\d\s-]{6,20})$/;

@customElement("kefu-leave-card")
export class LeaveCard extends PartElement {
  @property({ attribute: false }) hours: Hours | null = null;
  @property({ attribute: false }) leave!: (left: Left) => Promise<{ promisedBy: string | null; link: string }>;
  @state() private wanted = false;
  @state() private busy = false;
  @state() private problem = "";
  @state() private wrong: { contact?: string; text?: string } = {};
  @state() private taken: { promisedBy: string | null; link: string } | null = null;
  @state() private copied = false;

  private get closed(): boolean {
    return this.hours !== null && !peopleThere(this.hours);
  }

  protected override render(): TemplateResult {
    if (this.taken) return this.done(this.taken);
    if (!this.closed && !this.wanted)
      return html`<button type="button" class="button large leave-instead" @click=${() => (this.wanted = true)}>
        ${icon(Mail)}${say("leave_instead")}
      </button>`;
    return this.form();
  }

  private form(): TemplateResult {
    const promise = this.closed && this.hours;
    const field = (name: "contact" | "text") => ({
      wrong: this.wrong[name],
      describe: this.wrong[name] ? `leave-${name}-help` : name === "contact" ? "leave-contact-help" : nothing,
    });
    const [contact, text] = [field("contact"), field("text")];
    return html`<form class="card leave-card" novalidate @submit=${(event: SubmitEvent) => void this.submit(event)}>
      <h2 class="title-15">${say("leave_title")}</h2>
      <p class="muted">
        ${
          promise
            ? say("leave_promise", { when: `${replyDay(promise)} ${replyTime(promise)}` })
            : say("leave_text_plain")
        }
      </p>
      <div class="field">
        <label for="leave-contact">${say("leave_contact")}</label>
        <input
          class="input large"
          id="leave-contact"
          name="contact"
          maxlength="200"
          autocomplete="tel"
          aria-invalid=${String(Boolean(contact.wrong))}
          aria-describedby=${contact.describe}
        />
        <span class=${contact.wrong ? "error" : "help"} id="leave-contact-help"
          >${contact.wrong ?? say("leave_contact_help")}</span
        >
      </div>
      <div class="field">
        <label for="leave-name">${say("leave_name")}</label>
        <input class="input large" id="leave-name" name="name" maxlength="100" autocomplete="name" />
      </div>
      <div class="field">
        <label for="leave-text">${say("leave_words")}</label>
        <textarea
          class="input"
          id="leave-text"
          name="text"
          rows="3"
          maxlength="4000"
          aria-invalid=${String(Boolean(text.wrong))}
          aria-describedby=${text.describe}
        ></textarea>
        ${text.wrong ? html`<span class="error" id="leave-text-help">${text.wrong}</span>` : nothing}
      </div>
      ${this.problem ? html`<p class="error" role="alert">${this.problem}</p>` : nothing}
      <button class="button primary large wide" aria-busy=${String(this.busy)}>${say("leave_send")}</button>
    </form>`;
  }

  private done({ promisedBy, link }: { promisedBy: string | null; link: string }): TemplateResult {
    return html`<section class="card leave-card" role="status">
      <h2 class="title-15">${say("leave_done")}</h2>
      <p>${promisedBy ? say("leave_promise", { when: dayAndTime(new Date(promisedBy)) }) : say("leave_text_plain")}</p>
      <p class="muted">${say("leave_back")}</p>
      <input class="input mono" readonly aria-label=${say("leave_back")} .value=${link} />
      <button type="button" class="button large" @click=${() => void this.copy(link)}>
        ${icon(Copy)}${say(this.copied ? "leave_copied" : "leave_copy")}
      </button>
    </section>`;
  }

  private async copy(link: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(link);
      this.copied = true;
    } catch {
      part(this, "input", HTMLInputElement).select();
    }
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    const given = new FormData(event.target as HTMLFormElement);
    const word = (name: string) => {
      const value = given.get(name);
      return typeof value === "string" ? value.trim() : "";
    };
    const left = { name: word("name"), contact: word("contact"), text: word("text") };
    this.wrong = {
      ...(REACHABLE.test(left.contact) ? {} : { contact: say("leave_contact_wrong") }),
      ...(left.text ? {} : { text: say("leave_words_missing") }),
    };
    if (this.wrong.contact ?? this.wrong.text) {
      await this.updateComplete;
      this.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
      return;
    }
    this.busy = true;
    this.problem = "";
    try {
      this.taken = await this.leave(left);
    } catch (problem) {
      this.problem = (problem instanceof Problem && problem.detail) || say("leave_failed");
    }
    this.busy = false;
  }
}
