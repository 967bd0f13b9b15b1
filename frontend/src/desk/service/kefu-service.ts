/** The page of the rules of service: by when messages are answered, categories, who is asked afterwards. */
import { html, nothing, type TemplateResult } from "lit";
import { TriangleAlert } from "lucide";
import service from "../../../texts/service.json";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { say as sayShared, sentences } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { toast } from "../../staff/toast";

const say = sentences(service);
const URL = "/api/v1/service-rules";

interface Rules {
  reply_by: string;
  categories: string[];
  ask_agent: boolean;
  ask_bot: boolean;
  ask_again_days: number;
  reopen_days: number;
  version: number;
  changed_by: string;
}

export class KefuService extends PartElement {
  private rules: Rules | null = null;
  private problem = "";
  private busy = false;

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      this.rules = await ask<Rules>(URL);
    } catch {
      this.problem = say("load_failed");
    }
    this.requestUpdate();
  }

  private given(form: HTMLFormElement, rules: Rules): Omit<Rules, "changed_by"> {
    const data = new FormData(form);
    const word = (name: string) => {
      const value = data.get(name);
      return typeof value === "string" ? value.trim() : "";
    };
    const lines = word("categories").split("\n");
    return {
      reply_by: word("reply_by"),
      categories: lines.map((line) => line.trim()).filter(Boolean),
      ask_agent: data.has("ask_agent"),
      ask_bot: data.has("ask_bot"),
      ask_again_days: Number(word("ask_again_days")),
      reopen_days: Number(word("reopen_days")),
      version: rules.version,
    };
  }

  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (!this.rules || this.busy) return;
    this.busy = true;
    this.problem = "";
    this.requestUpdate();
    try {
      const body = this.given(event.target as HTMLFormElement, this.rules);
      this.rules = await ask<Rules>(URL, { method: "PUT", body });
      toast(say("saved"));
    } catch (problem) {
      this.problem = problem instanceof Problem && problem.detail ? problem.detail : sayShared("network");
    }
    this.busy = false;
    this.requestUpdate();
  }

  private hours(rules: Rules): TemplateResult {
    return html`<section class="card stack">
      <h2 class="title-15">${say("hours")}</h2>
      <p>${say("hours_elsewhere")}</p>
      <a class="button service-link" href="/admin/service-levels">${say("hours_link")}</a>
      <div class="field">
        <label for="service-reply_by">${say("reply_by")}</label>
        <input
          class="input service-time"
          id="service-reply_by"
          name="reply_by"
          type="time"
          required
          .value=${rules.reply_by}
        />
      </div>
    </section>`;
  }

  private afterwards(rules: Rules): TemplateResult {
    const yes = (name: "ask_agent" | "ask_bot") =>
      html`<label class="row">
        <input type="checkbox" class="checkbox" name=${name} .checked=${rules[name]} />${say(name)}
      </label>`;
    const days = (name: "ask_again_days" | "reopen_days") =>
      html`<div class="field">
        <label for="service-${name}">${say(name)}</label>
        <input
          class="input service-time"
          id="service-${name}"
          name=${name}
          type="number"
          min="0"
          max="365"
          required
          .value=${String(rules[name])}
        />
      </div>`;
    return html`<section class="card stack">
      <h2 class="title-15">${say("after")}</h2>
      ${yes("ask_agent")} ${yes("ask_bot")} ${days("ask_again_days")} ${days("reopen_days")}
    </section>`;
  }

  protected override render(): TemplateResult {
    const { rules } = this;
    return html`<form @submit=${(event: SubmitEvent) => void this.save(event)}>
      <header class="page-head">
        <div>
          <h1 class="title-20">${say("title")}</h1>
          <div class="caption">
            ${
              rules
                ? rules.version
                  ? say("facts", { n: rules.version, name: rules.changed_by })
                  : say("facts_default")
                : nothing
            }
          </div>
        </div>
        <div class="row push head-actions">
          <button class="button primary" aria-busy=${String(this.busy)}>${say("save")}</button>
        </div>
      </header>
      <div class="page-body stack service-page">
        ${this.problem ? html`<div class="banner danger" role="alert">${icon(TriangleAlert)} ${this.problem}</div>` : nothing}
        ${
          rules
            ? html`${this.hours(rules)} ${this.afterwards(rules)}
                <section class="card stack">
                  <h2 class="title-15"><label for="service-categories">${say("wrap_up")}</label></h2>
                  <textarea
                    class="input"
                    id="service-categories"
                    name="categories"
                    rows="8"
                    aria-describedby="service-categories-help"
                    .value=${rules.categories.join("\n")}
                  ></textarea>
                  <span class="caption" id="service-categories-help">${say("wrap_up_help")}</span>
                </section>`
            : nothing
        }
      </div>
    </form>`;
  }
}

customElements.define("kefu-service", KefuService);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-service": KefuService;
  }
}
