/** <kefu-memory-panel>: everything kept of a customer, each line with its eraser, and the switch that ends it all. */
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Trash2, X } from "lucide";
import { PartElement } from "../../shared/element";
import { icon } from "../../shared/icons";
import { say } from "./texts";
import type { Fact, Memory } from "./types";

/** One fact, or all of them. */
export type Erasing = { fact: string; all?: false } | { fact?: undefined; all: true };

@customElement("kefu-memory-panel")
export class MemoryPanel extends PartElement {
  @property({ attribute: false }) known: Memory | null = null;
  @property({ attribute: false }) problem = "";
  @property({ type: Boolean }) busy = false;
  /** What is about to be erased for good. */
  @state() private sure: "all" | "consent" | null = null;

  protected override render(): TemplateResult {
    return html`<div class="memory-head row">
        <h2 class="title-15" id="memory-title">${say("memory")}</h2>
        <button
          type="button"
          class="button ghost icon-only"
          aria-label=${say("close")}
          @click=${() => this.tell("kefu-memory-close")}
        >
          ${icon(X)}
        </button>
      </div>
      ${this.problem ? html`<p class="error" role="alert">${this.problem}</p>` : nothing}
      ${this.known ? this.body(this.known) : this.problem ? nothing : this.skeleton()}`;
  }

  private skeleton(): TemplateResult {
    return html`<div class="loading" aria-busy="true">
      <div class="skeleton"></div>
      <div class="skeleton half"></div>
    </div>`;
  }

  private body({ consent, facts }: Memory): TemplateResult {
    return html`<label class="memory-switch">
        <span><b>${say("switch")}</b><span class="muted" id="memory-switch-help">${say("switch_help")}</span></span>
        <input
          type="checkbox"
          role="switch"
          class="switch"
          aria-describedby="memory-switch-help"
          .checked=${consent === true}
          ?disabled=${this.busy}
          @change=${(event: Event) => this.turn(event.target as HTMLInputElement, facts.length)}
        />
      </label>
      ${this.group("profile", facts)} ${this.group("case", facts)}
      ${facts.length === 0 ? html`<p class="muted">${say(consent ? "none" : "off")}</p>` : this.foot(facts.length)}`;
  }

  private group(kind: Fact["kind"], facts: readonly Fact[]): TemplateResult | typeof nothing {
    const kept = facts.filter((fact) => fact.kind === kind);
    if (kept.length === 0) return nothing;
    const label = `memory-${kind}`;
    return html`<h3 class="title-13" id=${label}>${say(kind)}</h3>
      <ul class="memory-facts" aria-labelledby=${label}>
        ${kept.map(
          ({ fact_id: fact, text }) =>
            html`<li class="row">
              <span>${text}</span>
              <button
                type="button"
                class="button ghost icon-only"
                aria-label=${say("forget", { text })}
                ?disabled=${this.busy}
                @click=${() => this.tell("kefu-erase", { fact } satisfies Erasing)}
              >
                ${icon(Trash2)}
              </button>
            </li>`,
        )}
      </ul>`;
  }

  private foot(n: number): TemplateResult {
    if (this.sure === null)
      return html`<button type="button" class="button danger-ghost large" @click=${() => this.ask("all")}>
        ${say("forget_all")}
      </button>`;
    return html`<div class="memory-sure" role="alertdialog" aria-labelledby="memory-sure">
      <p id="memory-sure">${say(this.sure === "all" ? "sure" : "sure_off", { n })}</p>
      <div class="two">
        <button type="button" class="button large" @click=${() => (this.sure = null)}>${say("keep")}</button>
        <button type="button" class="button danger large" aria-busy=${String(this.busy)} @click=${() => this.go()}>
          ${say("sure_yes")}
        </button>
      </div>
    </div>`;
  }

  private turn(control: HTMLInputElement, kept: number): void {
    const on = control.checked;
    if (on || kept === 0) return this.tell("kefu-consent", on);
    control.checked = true; // until it is sure
    this.ask("consent");
  }

  private ask(what: "all" | "consent"): void {
    this.sure = what;
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(".memory-sure button")?.focus());
  }

  private go(): void {
    if (this.sure === "all") this.tell("kefu-erase", { all: true } satisfies Erasing);
    else this.tell("kefu-consent", false);
    this.sure = null;
    this.querySelector<HTMLElement>(".memory-head button")?.focus();
  }
}
