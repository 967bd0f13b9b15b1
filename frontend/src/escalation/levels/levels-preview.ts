/** <levels-preview>: when a conversation handed over at a moment would be due, by what is stored. */
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { dayAndTime, say as sayShared } from "../../shared/i18n";
import { nameOf, type Queue } from "../types";
import { lengthOf, policyName, PRIORITIES, say, URL, type Kind } from "./types";

interface Preview {
  policy: string | null;
  timezone: string;
  due: { kind: Kind; target_s: number | null; warn_at: string | null; due_at: string | null }[];
}

/** The present minute as <input type=datetime-local> writes it. */
function thisMinute(): string {
  const at = new Date();
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

@customElement("levels-preview")
export class LevelsPreview extends PartElement {
  @property({ attribute: false }) queues: Queue[] = [];
  @state() private found: Preview | null = null;
  @state() private problem = "";
  private readonly now = thisMinute();

  private async calculate(event: Event): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const word = (name: string) => (form.get(name) as string | null)?.trim() ?? "";
    const body = {
      at: new Date(word("at")).toISOString(),
      priority: Number(word("priority")),
      ...(word("queue") ? { queue_id: word("queue") } : {}),
      ...(word("tier") ? { tier: word("tier") } : {}),
    };
    this.problem = "";
    try {
      this.found = await ask<Preview>(`${URL}/preview`, { method: "POST", body });
    } catch (error) {
      this.problem = error instanceof Problem && error.detail ? error.detail : sayShared("network");
    }
  }

  private shown(found: Preview): TemplateResult {
    if (found.policy === null) return html`<p role="status">${say("preview_none")}</p>`;
    const told = { name: policyName({ name: found.policy }), zone: found.timezone };
    return html`<div role="status">
      <p class="caption">${say("preview_by", told)}</p>
      <dl class="level-due">
        ${found.due.map(
          (one) =>
            html`<div>
              <dt>${say(`kind_${one.kind}`)}</dt>
              <dd>
                ${
                  one.due_at
                    ? html`<b class="figures">${dayAndTime(new Date(one.due_at))}</b>
                        <span class="caption figures"
                          >${lengthOf(one.target_s ?? 0)} ·
                          ${say("warns", { time: one.warn_at ? dayAndTime(new Date(one.warn_at)) : "" })}</span
                        >`
                    : html`<span class="caption">${say("unlimited")}</span>`
                }
              </dd>
            </div>`,
        )}
      </dl>
    </div>`;
  }

  protected override render(): TemplateResult {
    return html`<section class="card level-card stack">
      <h2 class="title-15">${say("preview")}</h2>
      <p class="muted">${say("preview_help")}</p>
      <form class="row level-try" @submit=${(event: Event) => void this.calculate(event)}>
        <div class="field">
          <label for="try-at">${say("preview_at")}</label>
          <input class="input" id="try-at" name="at" type="datetime-local" required value=${this.now} />
        </div>
        <div class="field">
          <label for="try-queue">${say("preview_queue")}</label>
          <select class="input" id="try-queue" name="queue">
            ${this.queues.map((one) => html`<option value=${one.queue_id} ?selected=${one.is_default}>${nameOf(one)}</option>`)}
          </select>
        </div>
        <div class="field">
          <label for="try-priority">${say("preview_priority")}</label>
          <select class="input" id="try-priority" name="priority">
            ${PRIORITIES.map((one) => html`<option value=${one} ?selected=${one === 1}>${say(`priority_${one}`)}</option>`)}
          </select>
        </div>
        <div class="field">
          <label for="try-tier">${say("preview_tier")}</label>
          <input class="input" id="try-tier" name="tier" maxlength="50" autocomplete="off" />
        </div>
        <button class="button">${say("preview_go")}</button>
      </form>
      ${this.problem ? html`<p class="banner danger" role="alert">${this.problem}</p>` : nothing}
      ${this.found ? this.shown(this.found) : nothing}
    </section>`;
  }
}
