/** <inspection-form>: the editor of the score form and of what is sampled; saving makes a new version. */
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Plus, Trash2 } from "lucide";
import { ask } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { icon } from "../../shared/icons";
import { listed, nameOf, type Person, type Queue } from "../../escalation/types";
import { toast } from "../../staff/toast";
import { criterionName, say, URL, WHY, wordsOf, type Criterion } from "./types";

interface Plan {
  seed: string;
  share_agent: number;
  share_bot: number;
  by_queue: Record<string, number>;
  by_agent: Record<string, number>;
  rules: string[];
  long_wait_s: number;
  words: string[];
  greetings: string[];
  forbidden: string[];
  reply_within_s: number;
}

interface Form {
  criteria: Criterion[];
  plan: Plan;
  version: number;
  changed_by: string;
}

@customElement("inspection-form")
export class InspectionForm extends PartElement {
  @state() private form: Form | null = null;
  @state() private criteria: Criterion[] = [];
  @state() private queues: Queue[] = [];
  @state() private people: Person[] = [];
  @state() private problem = "";
  @state() private busy = false;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      [this.form, this.queues, this.people] = await Promise.all([
        ask<Form>(`${URL}/form`),
        ask<Queue[]>("/api/v1/queues"),
        ask<Person[]>("/api/v1/desk/agents"),
      ]);
      this.criteria = this.form.criteria;
    } catch (problem) {
      this.problem = wordsOf(problem);
    }
  }

  private plan(data: FormData): Plan {
    const word = (name: string) => (data.get(name) as string | null)?.trim() ?? "";
    const shares = (kind: "queue" | "agent", ids: string[]) =>
      Object.fromEntries(
        ids.flatMap((id) => (word(`${kind}-${id}`) ? [[id, Number(word(`${kind}-${id}`))] as const] : [])),
      );
    return {
      seed: word("seed"),
      share_agent: Number(word("share_agent")),
      share_bot: Number(word("share_bot")),
      by_queue: shares(
        "queue",
        this.queues.map((one) => one.queue_id),
      ),
      by_agent: shares(
        "agent",
        this.people.map((one) => one.staff_id),
      ),
      rules: data.getAll("rule") as string[],
      long_wait_s: Number(word("long_wait_s")),
      words: listed(word("words")),
      greetings: listed(word("greetings")),
      forbidden: listed(word("forbidden")),
      reply_within_s: Number(word("reply_within_s")),
    };
  }

  private async save(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy || !this.form) return;
    this.busy = true;
    this.problem = "";
    const plan = this.plan(new FormData(event.target as HTMLFormElement));
    try {
      const body = { criteria: this.criteria, plan, version: this.form.version };
      this.form = await ask<Form>(`${URL}/form`, { method: "PUT", body });
      this.criteria = this.form.criteria;
      toast(say("form_saved"));
    } catch (problem) {
      this.problem = wordsOf(problem);
    }
    this.busy = false;
  }

  private set(at: number, change: Partial<Criterion>): void {
    this.criteria = this.criteria.map((one, nth) => (nth === at ? { ...one, ...change } : one));
  }

  private criterion(one: Criterion, at: number): TemplateResult {
    const name = criterionName(one);
    return html`<tr>
      <td>
        <input
          class="input"
          maxlength="80"
          required
          aria-label=${say("criterion_name")}
          .value=${name}
          @change=${(event: Event) => this.set(at, { name: (event.target as HTMLInputElement).value.trim() })}
        />
      </td>
      <td>
        <input
          class="input level-minutes"
          type="number"
          min="1"
          max="100"
          required
          aria-label="${say("criterion_weight")} ${name}"
          .value=${String(one.weight)}
          @change=${(event: Event) => this.set(at, { weight: Number((event.target as HTMLInputElement).value) })}
        />
      </td>
      <td>
        <label class="row"
          ><input
            type="checkbox"
            class="checkbox"
            .checked=${one.fatal}
            @change=${() => this.set(at, { fatal: !one.fatal })}
          />
          ${say("fatal")}</label
        >
      </td>
      <td>${one.parts.map((part) => say(`part_${part}`)).join(" · ")}</td>
      <td class="number">
        <button
          type="button"
          class="button ghost icon-only small"
          aria-label=${say("criterion_drop", { name })}
          title=${say("criterion_drop", { name })}
          ?disabled=${this.criteria.length === 1}
          @click=${() => (this.criteria = this.criteria.filter((_, nth) => nth !== at))}
        >
          ${icon(Trash2)}
        </button>
      </td>
    </tr>`;
  }

  private add(): void {
    const key = `own_${Date.now().toString(36)}`;
    const fresh: Criterion = { key, name: "", weight: 10, fatal: false, check: null, parts: ["agent", "bot"] };
    this.criteria = [...this.criteria, fresh];
  }

  private number(name: string, label: string, value: number | undefined, least: number, most: number): TemplateResult {
    return html`<div class="field">
      <label for="plan-${name}">${label}</label>
      <input
        class="input"
        id="plan-${name}"
        name=${name}
        type="number"
        min=${least}
        max=${most}
        ?required=${!/^(queue|agent)-/.test(name)}
        value=${value ?? ""}
      />
    </div>`;
  }

  private words(name: "words" | "greetings" | "forbidden", plan: Plan): TemplateResult {
    return html`<div class="field">
      <label for="plan-${name}">${say(name)}</label>
      <input class="input" id="plan-${name}" name=${name} maxlength="4000" value=${plan[name].join("、")} />
    </div>`;
  }

  private shares(legend: string, all: [name: string, label: string, value: number | undefined][]): TemplateResult {
    return html`<fieldset class="level-group">
      <legend class="title-13">${legend}</legend>
      <div class="level-week inspection-shares">
        ${all.map(([name, label, value]) => this.number(name, label, value, 0, 100))}
      </div>
    </fieldset>`;
  }

  private sampling(plan: Plan): TemplateResult {
    return html`<section class="card level-card stack">
      <h2 class="title-15">${say("sampling")}</h2>
      <div class="level-week">
        ${this.number("share_agent", say("share_agent"), plan.share_agent, 0, 100)}
        ${this.number("share_bot", say("share_bot"), plan.share_bot, 0, 100)}
        ${this.number("long_wait_s", say("long_wait"), plan.long_wait_s, 10, 86_400)}
        ${this.number("reply_within_s", say("reply_within"), plan.reply_within_s, 5, 86_400)}
        <div class="field">
          <label for="plan-seed">${say("seed")}</label>
          <input class="input" id="plan-seed" name="seed" maxlength="60" required value=${plan.seed} />
        </div>
      </div>
      ${this.shares(
        say("by_queue"),
        this.queues.map((one) => [`queue-${one.queue_id}`, nameOf(one), plan.by_queue[one.queue_id]]),
      )}
      ${this.shares(
        say("by_agent"),
        this.people.map((one) => [`agent-${one.staff_id}`, one.name, plan.by_agent[one.staff_id]]),
      )}
      <fieldset class="queue-checks">
        <legend>${say("rules")}</legend>
        <div>
          ${WHY.map(
            (why) =>
              html`<label class="row"
                ><input
                  type="checkbox"
                  class="checkbox"
                  name="rule"
                  value=${why}
                  ?checked=${plan.rules.includes(why)}
                />
                ${say(`why_${why}`)}</label
              >`,
          )}
        </div>
      </fieldset>
      ${this.words("words", plan)} ${this.words("greetings", plan)} ${this.words("forbidden", plan)}
    </section>`;
  }

  protected override render(): TemplateResult {
    const form = this.form;
    return html`${this.problem ? html`<p class="banner danger" role="alert">${this.problem}</p>` : nothing}
    ${
      form
        ? html`<form class="stack" @submit=${(event: Event) => void this.save(event)}>
            <p class="caption">
              ${form.version ? say("form_facts", { n: form.version, name: form.changed_by }) : say("form_default")}
            </p>
            <section class="card level-card stack">
              <h2 class="title-15">${say("criteria")}</h2>
              <div class="table-scroll">
                <table class="table" aria-label=${say("criteria")}>
                  <tbody>
                    ${this.criteria.map((one, at) => this.criterion(one, at))}
                  </tbody>
                </table>
              </div>
              <button type="button" class="button inspection-add" @click=${() => this.add()}>
                ${icon(Plus)}${say("criterion_add")}
              </button>
            </section>
            ${this.sampling(form.plan)}
            <button class="button primary inspection-add" aria-busy=${String(this.busy)}>${say("form_save")}</button>
          </form>`
        : nothing
    }`;
  }
}
