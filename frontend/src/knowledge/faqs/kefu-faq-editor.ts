/** One FAQ: phrasings, the answer beside what customers will see, where and when it holds, and who used it. */
import { html, nothing, type TemplateResult } from "lit";
import { ArrowLeft, Trash2, TriangleAlert } from "lucide";
import { ask, Problem } from "../../shared/api";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { dayAndTime, say as sayShared } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { confirmIn } from "../../staff/confirm-dialog";
import { toast } from "../../staff/toast";
import { preview, say, state } from "./parts";
import "./phrasing-list";
import type { PhrasingList } from "./phrasing-list";
import type { Facts, Faq, Theirs, UsedBy } from "./types";

const MOST = 8_000;

/** ISO to what <input type=datetime-local> holds, in the reader's own zone. */
function local(iso: string | null): string {
  if (!iso) return "";
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export class KefuFaqEditor extends PartElement {
  private faq: Faq | null = null;
  private facts: Facts | null = null;
  private used: UsedBy | null = null;
  private theirs: Theirs | null = null;
  private answer = "";
  private error = "";
  private missing = "";
  private saving = false;

  private get faqId(): string | null {
    return this.dataset["faqId"] ?? null;
  }

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      this.facts = await ask<Facts>("/api/v1/faqs/facts");
      if (this.faqId) this.show(await ask<Faq>(`/api/v1/faqs/${this.faqId}`));
    } catch (error) {
      this.missing = error instanceof Problem && error.status ? error.detail : sayShared("network");
    }
    this.requestUpdate();
    await this.updateComplete;
    if (this.missing) return;
    this.phrasings.faqId = this.faqId;
    this.phrasings.baseId = this.faq?.base_id ?? null;
    this.phrasings.value = this.faq?.questions ?? [];
    this.phrasings.answer = this.answer;
    if (this.faqId) this.used = await ask<UsedBy>(`/api/v1/faqs/${this.faqId}/answers`).catch(() => null);
    this.requestUpdate();
    await this.updateComplete;
    if (location.hash === "#used") this.querySelector("#used")?.scrollIntoView();
  }

  private show(faq: Faq): void {
    this.faq = faq;
    this.answer = faq.answer;
  }

  private get phrasings(): PhrasingList {
    return this.querySelector("phrasing-list") as PhrasingList;
  }

  private field(name: string): string {
    return part(this, `[name=${name}]`, HTMLInputElement).value.trim();
  }

  private list(name: string): string[] {
    return this.field(name)
      .split(/[,，;；、]/)
      .map((one) => one.trim())
      .filter(Boolean);
  }

  private moment(name: string): string | null {
    const said = this.field(name);
    return said ? new Date(said).toISOString() : null;
  }

  private content(): Record<string, unknown> {
    return {
      questions: this.phrasings.value,
      answer: this.answer,
      tags: this.list("tags"),
      channels: this.list("channels"),
      valid_from: this.moment("valid_from"),
      valid_until: this.moment("valid_until"),
    };
  }

  private async save(event?: Event): Promise<void> {
    event?.preventDefault();
    if (this.saving) return;
    this.error = !this.phrasings.value.length ? say("needs_question") : !this.answer.trim() ? say("needs_answer") : "";
    this.saving = !this.error;
    this.requestUpdate();
    if (this.error) return;
    try {
      if (this.faq) await this.change(this.faq);
      else await this.create();
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem(0, "network", "");
      if (problem.code === "faq_changed") this.theirs = problem.members["theirs"] as Theirs;
      else this.error = problem.status ? problem.detail : sayShared("network");
    }
    this.saving = false;
    this.requestUpdate();
  }

  private async change(known: Faq): Promise<void> {
    const body = { ...this.content(), version: known.version };
    const saved = await ask<Faq>(`/api/v1/faqs/${known.faq_id}`, { method: "PATCH", body });
    this.show(saved);
    this.phrasings.value = saved.questions;
    toast(say("saved"));
  }

  private async create(): Promise<void> {
    const base = this.querySelector<HTMLSelectElement>("[name=base_id]")?.value;
    const body = { ...this.content(), ...(base ? { base_id: base } : {}) };
    const made = await ask<{ faq_id: string }>("/api/v1/faqs", { method: "POST", body });
    toast(say("created"));
    location.assign(`/admin/faqs/${made.faq_id}`);
  }

  private takeTheirs(): void {
    if (!this.theirs || !this.faq) return;
    this.show({ ...this.faq, ...this.theirs });
    this.phrasings.value = this.theirs.questions;
    this.theirs = null;
    this.requestUpdate();
  }

  private keepMine(): void {
    if (!this.theirs || !this.faq) return;
    this.faq = { ...this.faq, version: this.theirs.version };
    this.theirs = null;
    void this.save();
  }

  private async deleteAsked(faq: Faq): Promise<void> {
    const title = faq.questions[0] ?? "";
    const sure = await confirmIn(this, {
      title: say("delete_title", { title }),
      text: say("delete_text", { n: faq.questions.length, uses: faq.use?.answers ?? 0 }),
      action: say("delete_do"),
    });
    if (!sure) return;
    await ask(`/api/v1/faqs/${faq.faq_id}`, { method: "DELETE" });
    location.assign("/admin/faqs");
  }

  private typedAnswer(event: Event): void {
    this.answer = (event.target as HTMLTextAreaElement).value;
    this.phrasings.answer = this.answer;
    this.requestUpdate();
  }

  private conflict(theirs: Theirs): TemplateResult {
    return html`
      <section class="card stack conflict" role="alert" aria-labelledby="conflict-title">
        <h2 id="conflict-title" class="title-15">
          ${icon(TriangleAlert)} ${say("conflict", { name: theirs.updated_by || "—" })}
        </h2>
        <p class="muted">${say("conflict_next")}</p>
        <div class="theirs">
          <b>${say("theirs")}</b> <span class="caption">${dayAndTime(new Date(theirs.updated_at))}</span>
          <ul>
            ${theirs.questions.map((question) => html`<li>${question}</li>`)}
          </ul>
          ${preview(theirs.answer)}
        </div>
        <div class="row">
          <button type="button" class="button" @click=${() => this.takeTheirs()}>${say("take_theirs")}</button>
          <button type="button" class="button primary" @click=${() => this.keepMine()}>${say("keep_mine")}</button>
        </div>
      </section>
    `;
  }

  private input(name: string, label: string, value: string, help: string, type = "text"): TemplateResult {
    return html`
      <div class="field">
        <label for="faq-${name}">${label}</label>
        <input
          class="input"
          id="faq-${name}"
          name=${name}
          type=${type}
          .value=${value}
          aria-describedby="faq-${name}-help"
        />
        <span class="help" id="faq-${name}-help">${help}</span>
      </div>
    `;
  }

  private details(): TemplateResult {
    const known = this.faq;
    const bases = this.facts?.bases ?? [];
    return html`
      <section class="card stack faq-details">
        ${
          known
            ? html`<div class="caption">
                ${say("base")}: ${bases.find((one) => one.base_id === known.base_id)?.name ?? "—"}
              </div>`
            : html`<div class="field">
                <label for="faq-base">${say("base")}</label>
                <select class="input" id="faq-base" name="base_id" @change=${(event: Event) => this.based(event)}>
                  ${bases.map((one) => html`<option value=${one.base_id}>${one.name}</option>`)}
                </select>
              </div>`
        }
        ${this.input("tags", say("tags"), known?.tags.join(", ") ?? "", say("tags_help"))}
        ${this.input("channels", say("channel"), known?.channels.join(", ") ?? "", say("channels_help"))}
        ${this.input("valid_from", say("valid_from"), local(known?.valid_from ?? null), say("valid_help"), "datetime-local")}
        ${this.input("valid_until", say("valid_until"), local(known?.valid_until ?? null), say("valid_help"), "datetime-local")}
      </section>
    `;
  }

  private based(event: Event): void {
    this.phrasings.baseId = (event.target as HTMLSelectElement).value;
    this.phrasings.checkAgain();
  }

  private uses(used: UsedBy): TemplateResult {
    const { answers: n, up, down } = used.use;
    return html`
      <section id="used" class="card stack">
        <h2 class="title-15">${say("used_by")}</h2>
        <p class="caption">${used.items.length ? say("used_by_facts", { n, up, down }) : say("unused")}</p>
        ${
          used.items.length
            ? html`<div class="table-scroll" tabindex="0" role="region" aria-label=${say("used_by")}>
                <table class="table">
                  <thead>
                    <tr>
                      <th scope="col">${say("asked")}</th>
                      <th scope="col">${say("when")}</th>
                      <th scope="col">${say("vote")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    ${used.items.map(
                      (one) =>
                        html`<tr>
                          <td><a href="/desk/conversations/${one.conversation_id}">${one.asked || "—"}</a></td>
                          <td class="figures">${dayAndTime(new Date(one.answered_at))}</td>
                          <td>
                            ${one.vote ? html`<span class="badge ${one.vote === "up" ? "ok" : "danger"}">${say(`vote_${one.vote}`)}</span>` : "—"}
                          </td>
                        </tr>`,
                    )}
                  </tbody>
                </table>
              </div>`
            : nothing
        }
      </section>
    `;
  }

  private head(): TemplateResult {
    const known = this.faq;
    return html`
      <header class="page-head">
        <div>
          <a class="caption row" href="/admin/faqs">${icon(ArrowLeft, 14)} ${say("back")}</a>
          <h1 class="title-20">${this.faqId ? say("edit_title") : say("new_title")}</h1>
          ${
            known
              ? html`<div class="caption">
                  ${say("version", { n: known.version })} ·
                  ${say("history", { by: known.updated_by || "—", at: dayAndTime(new Date(known.updated_at)) })}
                </div>`
              : nothing
          }
        </div>
        <div class="row push">
          ${
            known
              ? html`<button type="button" class="button danger-ghost" @click=${() => void this.deleteAsked(known)}>
                  ${icon(Trash2)} ${say("delete")}
                </button>`
              : nothing
          }
          <button form="faq-form" class="button primary" aria-busy=${this.saving ? "true" : "false"}>
            ${say("save")}
          </button>
        </div>
      </header>
    `;
  }

  override render(): TemplateResult {
    if (this.missing)
      return state(
        icon(TriangleAlert, 20),
        this.missing,
        "",
        html`<a class="button" href="/admin/faqs">${say("back")}</a>`,
      );
    if (!this.facts)
      return html`<h1 class="title-20 page-head">${say("edit_title")}</h1>
        <div class="page-body stack list-skeleton" aria-busy="true"><span class="skeleton"></span></div>`;
    return html`
      ${this.head()}
      <div class="page-body stack">
        ${this.theirs ? this.conflict(this.theirs) : nothing}
        ${this.error ? html`<div class="banner danger" role="alert">${icon(TriangleAlert)} ${this.error}</div>` : nothing}
        <form id="faq-form" class="faq-form" @submit=${(event: Event) => void this.save(event)}>
          <div class="stack">
            <section class="card stack">
              <div>
                <h2 class="title-15">${say("questions")}</h2>
                <p class="caption">${say("questions_help")}</p>
              </div>
              <phrasing-list></phrasing-list>
            </section>
            <section class="card stack">
              <div class="row">
                <h2 class="title-15"><label for="faq-answer">${say("answer")}</label></h2>
                <span class="caption push figures">${say("characters", { n: this.answer.length, most: MOST })}</span>
              </div>
              <div class="answer-columns">
                <div class="field">
                  <textarea
                    id="faq-answer"
                    class="input answer-input"
                    maxlength=${MOST}
                    aria-describedby="faq-answer-help"
                    .value=${this.answer}
                    @input=${(event: Event) => this.typedAnswer(event)}
                  ></textarea>
                  <span class="help" id="faq-answer-help">${say("answer_help")}</span>
                </div>
                <div>
                  <div class="caption">${say("preview")}</div>
                  ${this.answer.trim() ? preview(this.answer) : html`<p class="muted">${say("preview_empty")}</p>`}
                </div>
              </div>
            </section>
          </div>
          ${this.details()}
        </form>
        ${this.used ? this.uses(this.used) : nothing}
      </div>
    `;
  }
}

customElements.define("kefu-faq-editor", KefuFaqEditor);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-faq-editor": KefuFaqEditor;
  }
}
