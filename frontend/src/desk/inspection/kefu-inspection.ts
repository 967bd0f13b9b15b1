/** <kefu-inspection>: the list of inspections, one of them opened, results, and the form; agents see their own. */
import { html, nothing, type TemplateResult } from "lit";
import { ClipboardList } from "lucide";
import { ask } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { dayAndTime } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import "./inspection-form";
import "./inspection-results";
import "./inspection-sheet";
import { say, STATES, URL, whose, wordsOf, type Inspection } from "./types";

const TABS = ["list", "results", "form"] as const;
const PARTS = ["agent", "bot"] as const;

export class KefuInspection extends PartElement {
  private items: Inspection[] | null = null;
  private tab: (typeof TABS)[number] = "list";
  private filter = { state: "", part: "" };
  private openId = location.hash.slice(1);
  private problem = "";

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    if (this.inspects) this.filter.state = "open";
    this.addEventListener("inspection-back", () => this.open(""));
    this.addEventListener("inspection-done", () => void this.next());
    addEventListener("hashchange", this.moved);
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("hashchange", this.moved);
  }

  private readonly moved = () => {
    this.openId = location.hash.slice(1);
    this.requestUpdate();
  };

  private get inspects(): boolean {
    return this.hasAttribute("data-inspects");
  }

  private async load(): Promise<void> {
    const wanted = new URLSearchParams(Object.entries(this.filter).filter(([, value]) => value));
    try {
      this.items = (await ask<{ items: Inspection[] }>(`${URL}?${wanted.toString()}`)).items;
      this.problem = "";
    } catch (problem) {
      this.problem = wordsOf(problem);
    }
    this.requestUpdate();
  }

  private open(id: string): void {
    location.hash = id;
  }

  /** After one is done the next of the list is opened, so that an inspector goes through them without the mouse. */
  private async next(): Promise<void> {
    const items = this.items ?? [];
    const after = items[items.findIndex((one) => one.inspection_id === this.openId) + 1];
    await this.load();
    this.open(this.filter.state === "open" && after ? after.inspection_id : "");
  }

  private choice(name: "state" | "part", options: [string, string][]): TemplateResult {
    return html`<div class="field">
      <label for="inspection-${name}">${say(name)}</label>
      <select
        class="input"
        id="inspection-${name}"
        @change=${(event: Event) => {
          this.filter = { ...this.filter, [name]: (event.target as HTMLSelectElement).value };
          void this.load();
        }}
      >
        <option value="">${say("any")}</option>
        ${options.map(([value, words]) => html`<option value=${value} ?selected=${value === this.filter[name]}>${words}</option>`)}
      </select>
    </div>`;
  }

  private row(one: Inspection): TemplateResult {
    const tone = one.fatal ? "danger" : one.state === "appealed" ? "warn" : "";
    return html`<tr>
      <td><a href="#${one.inspection_id}">${whose(one)}</a></td>
      <td>${say(`part_${one.part}`)}</td>
      <td>${one.why.map((why) => say(`why_${why}`)).join(" · ")}</td>
      <td><span class="badge ${tone}">${say(`state_${one.state}`)}</span></td>
      <td class="number">
        ${one.score ?? "—"}${one.fatal ? html` <span class="badge danger">${say("fatal")}</span>` : nothing}
      </td>
      <td>${one.inspector}</td>
      <td class="number figures">${dayAndTime(new Date(one.scored_at ?? one.created_at))}</td>
    </tr>`;
  }

  private list(items: Inspection[]): TemplateResult {
    return html`${this.inspects ? nothing : html`<p class="muted">${say("intro_own")}</p>`}
      <div class="row search-form">
        ${this.choice(
          "state",
          STATES.filter((state) => this.inspects || state !== "open").map((state) => [state, say(`state_${state}`)]),
        )}
        ${
          this.inspects
            ? this.choice(
                "part",
                PARTS.map((part) => [part, say(`part_${part}`)]),
              )
            : nothing
        }
      </div>
      ${
        items.length
          ? html`<div class="table-scroll" role="region" tabindex="0" aria-label=${say("tab_list")}>
              <table class="table">
                <thead>
                  <tr>
                    <th scope="col">${say("result_who")}</th>
                    <th scope="col">${say("part")}</th>
                    <th scope="col">${say("why")}</th>
                    <th scope="col">${say("state")}</th>
                    <th scope="col" class="number">${say("score")}</th>
                    <th scope="col">${say("inspector")}</th>
                    <th scope="col" class="number">${say("when")}</th>
                  </tr>
                </thead>
                <tbody>
                  ${items.map((one) => this.row(one))}
                </tbody>
              </table>
            </div>`
          : html`<div class="state">
              <span class="state-mark">${icon(ClipboardList, 20)}</span>
              <h2>${say("none")}</h2>
              <p>${say("none_next")}</p>
            </div>`
      }`;
  }

  private shown(): TemplateResult | typeof nothing {
    if (this.tab === "results") return html`<inspection-results></inspection-results>`;
    if (this.tab === "form") return html`<inspection-form></inspection-form>`;
    return this.items ? this.list(this.items) : nothing;
  }

  protected override render(): TemplateResult {
    const open = this.items?.filter((one) => one.state === "open").length ?? 0;
    return html`<header class="page-head">
        <div>
          <h1 class="title-20">${say("title")}</h1>
          <div class="caption">
            ${this.inspects && this.items && ["", "open"].includes(this.filter.state) ? say("facts", { n: open }) : nothing}
          </div>
        </div>
      </header>
      <div class="page-body stack">
        ${this.problem ? html`<p class="banner danger" role="alert">${this.problem}</p>` : nothing}
        ${
          this.openId
            ? html`<inspection-sheet .inspectionId=${this.openId} ?inspects=${this.inspects}></inspection-sheet>`
            : html`<nav class="tabs" aria-label=${say("title")}>
                  ${TABS.filter((tab) => this.inspects || tab !== "form").map(
                    (tab) =>
                      html`<button
                        aria-current=${tab === this.tab ? "page" : nothing}
                        @click=${() => {
                          this.tab = tab;
                          this.requestUpdate();
                        }}
                      >
                        ${say(`tab_${tab}`)}
                      </button>`,
                  )}
                </nav>
                ${this.shown()}`
        }
      </div>`;
  }
}

customElements.define("kefu-inspection", KefuInspection);
