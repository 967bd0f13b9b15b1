/** <inspection-sheet>: one inspection: the transcript beside the form; score, recheck, appeal, answer. */
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ArrowLeft } from "lucide";
import { ask } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { dayAndTime } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { plainWords } from "../../shared/marks";
import { toast } from "../../staff/toast";
import {
  criterionName,
  MARKS,
  say,
  URL,
  whose,
  wordsOf,
  type Criterion,
  type Inspection,
  type Mark,
  type Opened,
} from "./types";

const KEYS: Record<string, Mark> = { "1": "yes", "2": "partly", "3": "no", "0": "skip" };

@customElement("inspection-sheet")
export class InspectionSheet extends PartElement {
  @property({ attribute: false }) inspectionId = "";
  @property({ type: Boolean }) inspects = false;
  @state() private opened: Opened | null = null;
  @state() private marks: Record<string, Mark> = {};
  @state() private problem = "";
  @state() private busy = false;

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("inspectionId") && this.inspectionId) void this.load();
  }

  private async load(): Promise<void> {
    try {
      this.opened = await ask<Opened>(`${URL}/${this.inspectionId}`);
      const { inspection } = this.opened;
      const proposed = Object.fromEntries(inspection.findings.map((one) => [one.key, one.mark]));
      this.marks = inspection.state === "open" ? proposed : { ...inspection.marks };
    } catch (problem) {
      this.problem = wordsOf(problem);
    }
  }

  private get note(): string {
    return this.querySelector<HTMLTextAreaElement>("#inspection-note")?.value.trim() ?? "";
  }

  private async send(step: string, body: Record<string, unknown>): Promise<void> {
    if (this.busy || !this.opened) return;
    this.busy = true;
    this.problem = "";
    try {
      const revision = this.opened.inspection.revision;
      const done = await ask<Inspection>(`${URL}/${this.inspectionId}/${step}`, {
        method: "POST",
        body: { ...body, revision },
      });
      toast(step === "appeal" ? say("done") : say("save_next", { score: done.score ?? "—" }));
      this.tell("inspection-done");
    } catch (problem) {
      this.problem = wordsOf(problem);
    }
    this.busy = false;
  }

  private async score(event: Event, step: "score" | "recheck"): Promise<void> {
    event.preventDefault();
    const missing = this.opened?.criteria.find((one) => !this.marks[one.key]);
    if (missing) {
      this.problem = say("missing");
      this.querySelector<HTMLElement>(`[name="mark-${missing.key}"]`)?.focus();
      return;
    }
    await this.send(step, { marks: this.marks, note: this.note });
  }

  /** Digits mark the line that has the focus and go on to the next; the arrows of radios stay within a line. */
  private key(event: KeyboardEvent): void {
    const line = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-line]") : null;
    if (!line || event.ctrlKey || event.metaKey || event.altKey) return;
    const mark = KEYS[event.key];
    const step = mark || event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    if (mark) this.marks = { ...this.marks, [line.dataset["line"] ?? ""]: mark };
    const lines = [...this.querySelectorAll<HTMLElement>("[data-line]")];
    const next = lines[lines.indexOf(line) + step] ?? line;
    void this.updateComplete.then(() =>
      (next.querySelector<HTMLElement>("input:checked") ?? next.querySelector<HTMLElement>("input"))?.focus(),
    );
  }

  private line(one: Criterion, opened: Opened, may: boolean): TemplateResult {
    const found = opened.inspection.findings.find((finding) => finding.key === one.key);
    const told = found && { mark: say(`mark_${found.mark}`) };
    return html`<fieldset class="inspection-line" data-line=${one.key} ?disabled=${!may}>
      <legend>
        <b>${criterionName(one)}</b> <span class="caption">${say("weight", { n: one.weight })}</span>
        ${one.fatal ? html`<span class="badge danger">${say("fatal")}</span>` : nothing}
      </legend>
      <div class="row">
        ${MARKS.map(
          (mark) =>
            html`<label class="row"
              ><input
                type="radio"
                name="mark-${one.key}"
                value=${mark}
                .checked=${this.marks[one.key] === mark}
                @change=${() => (this.marks = { ...this.marks, [one.key]: mark })}
              />
              ${say(`mark_${mark}`)}</label
            >`,
        )}
      </div>
      ${
        found && told
          ? html`<span class="caption"
              >${say(found.by === "judge" ? "proposed_judge" : "proposed", told)}${found.reason ? html` · ${found.reason}` : nothing}</span
            >`
          : nothing
      }
    </fieldset>`;
  }

  private said(opened: Opened): TemplateResult {
    return html`<ol class="inspection-said" tabindex="0" aria-label=${say("transcript")}>
      ${opened.said.map(
        (one) =>
          html`<li class="rail ${one.role === "customer" ? "none" : one.role}">
            <p class="caption">
              <b
                >${one.role === "customer" ? say("transcript_customer") : one.role === "bot" ? say("result_bot") : one.author}</b
              >
              <time datetime=${one.at}>${dayAndTime(new Date(one.at))}</time>
            </p>
            <p class="inspection-words">${one.role === "bot" ? plainWords(one.text) : one.text}</p>
          </li>`,
      )}
    </ol>`;
  }

  private appeals({ inspection: one }: Opened): TemplateResult | typeof nothing {
    const appeal = one.appeal;
    if (!appeal && !(one.own && one.state === "scored")) return nothing;
    const words = (id: string, label: string) =>
      html`<div class="field">
        <label for=${id}>${label}</label>
        <textarea class="input" id=${id} name="words" maxlength="2000" rows="3" required></textarea>
      </div>`;
    const form = (step: "appeal" | "answer", body: TemplateResult) =>
      html`<form
        class="stack"
        @submit=${(event: Event) => {
          event.preventDefault();
          const given = new FormData(event.target as HTMLFormElement);
          const text = (given.get("words") as string).trim();
          void this.send(step, given.has("marks") ? { text, marks: this.marks } : { text });
        }}
      >
        ${body}<button class="button" aria-busy=${String(this.busy)}>${say(step)}</button>
      </form>`;
    return html`<section class="stack">
      ${appeal ? html`<p>${say("appealed", { text: appeal.text })}</p>` : form("appeal", words("appeal-words", say("appeal_words")))}
      ${appeal?.answer ? html`<p>${say("answered", { name: appeal.by ?? "", text: appeal.answer })}</p>` : nothing}
      ${
        appeal && !appeal.answer && this.inspects
          ? form(
              "answer",
              html`${words("answer-words", say("answer_words"))}
                <label class="row"
                  ><input type="checkbox" class="checkbox" name="marks" /> ${say("answer_marks")}</label
                >`,
            )
          : nothing
      }
    </section>`;
  }

  private sheet(opened: Opened): TemplateResult {
    const one = opened.inspection;
    const may = this.inspects && !one.own;
    const step = one.state === "open" ? "score" : "recheck";
    return html`<div class="inspection-pair">
      ${this.said(opened)}
      <div class="stack" @keydown=${(event: KeyboardEvent) => this.key(event)}>
        <form class="stack" @submit=${(event: Event) => void this.score(event, step)}>
          <h2 class="title-15">${say("marks")}${one.score === null ? nothing : html` · ${one.score}`}</h2>
          ${may ? html`<p class="caption">${say("keys")}</p>` : nothing}
          ${one.recheck ? html`<p class="caption">${say("rechecked", { name: one.recheck.by, score: one.recheck.first.score ?? "—" })}</p>` : nothing}
          ${opened.criteria.map((line) => this.line(line, opened, may))}
          ${
            may
              ? html`<div class="field">
                    <label for="inspection-note">${say("note")}</label>
                    <textarea
                      class="input"
                      id="inspection-note"
                      maxlength="2000"
                      rows="3"
                      .value=${one.state === "open" ? "" : one.note}
                    ></textarea>
                  </div>
                  <button class="button primary" aria-busy=${String(this.busy)}>
                    ${say(step === "score" ? "save" : "recheck")}
                  </button>`
              : one.note
                ? html`<p>${say("note")}：${one.note}</p>`
                : nothing
          }
        </form>
        ${this.appeals(opened)}
      </div>
    </div>`;
  }

  protected override render(): TemplateResult {
    const one = this.opened?.inspection;
    return html`<div class="stack">
      <div class="row inspection-head">
        <button class="button" @click=${() => this.tell("inspection-back")}>
          ${icon(ArrowLeft, 14)}${say("back")}
        </button>
        ${
          one
            ? html`<b>${whose(one)}</b>
                <span class="badge">${say(`state_${one.state}`)}</span>
                <a class="push" href="/desk/conversations/${one.conversation_id}">${say("to_conversation")}</a>`
            : nothing
        }
      </div>
      ${this.problem ? html`<p class="banner danger" role="alert">${this.problem}</p>` : nothing}
      ${this.opened ? this.sheet(this.opened) : nothing}
    </div>`;
  }
}
