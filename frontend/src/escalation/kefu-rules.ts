/** <kefu-rules>: the list of escalation rules, edited as a whole, tried on past conversations, then switched on. */
import { html, nothing, type TemplateResult } from "lit";
import { ArrowUp, History, TriangleAlert } from "lucide";
import desk from "../../texts/desk.json";
import rules from "../../texts/rules.json";
import { ask, Problem } from "../shared/api";
import { PartElement } from "../shared/element";
import { dayAndTime, say as sayShared, sentences } from "../shared/i18n";
import { icon } from "../shared/icons";
import { toast } from "../staff/toast";
import { listed, nameOf, type Queue } from "./types";

const say = sentences(rules);
const sayDesk = sentences(desk);
const URL = "/api/v1/escalation-rules";
const COUNTED = ["ungrounded", "repeated", "down_vote", "sentiment", "turns"];
const WORDED = ["sensitive", "vip"];
const PRIORITIES = ["normal", "low", "high", "urgent"] as const;

interface Rule {
  rule_id: string;
  kind: string;
  name: string;
  enabled: boolean;
  count: number;
  words: string[];
  action: "queue" | "attention";
  priority: (typeof PRIORITIES)[number];
  queue_id: string | null;
}

interface RuleSet {
  version: number;
  rules: Rule[];
  changed_by: string;
  changed_at: string | null;
}

interface Example {
  conversation_id: string;
  question: string;
}

interface Replay {
  conversations: number;
  did: number;
  would: number;
  newly: number;
  no_longer: number;
  by_rule: Record<string, number>;
  too_much: string[];
  newly_examples: Example[];
  no_longer_examples: Example[];
}

export class KefuRules extends PartElement {
  private known: RuleSet | null = null;
  private draft: Rule[] = [];
  private queues: Queue[] = [];
  private replayed: Replay | null = null;
  private failed = false;
  private busy: "replay" | "save" | null = null;
  private days = 30;

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      const [known, queues] = await Promise.all([ask<RuleSet>(URL), ask<Queue[]>("/api/v1/queues")]);
      this.take(known);
      this.queues = queues;
    } catch {
      this.failed = true;
    }
    this.requestUpdate();
  }

  private take(known: RuleSet): void {
    this.known = known;
    this.draft = known.rules.map((rule) => ({ ...rule }));
    this.replayed = null;
  }

  private get changed(): boolean {
    return JSON.stringify(this.draft) !== JSON.stringify(this.known?.rules);
  }

  /** What a rule is called: those nobody named have the name of what they look at. */
  private nameOf(rule: Rule): string {
    return rule.name === rule.kind ? say(`kind_${rule.kind as "vip"}`) : rule.name;
  }

  private set(rule: Rule, change: Partial<Rule>): void {
    this.draft = this.draft.map((one) => (one.rule_id === rule.rule_id ? { ...one, ...change } : one));
    this.replayed = null;
    this.requestUpdate();
  }

  private up(at: number): void {
    const moved = [...this.draft];
    const [rule] = moved.splice(at, 1);
    if (rule) moved.splice(at - 1, 0, rule);
    this.draft = moved;
    this.replayed = null;
    this.requestUpdate();
  }

  private async act(busy: "replay" | "save", work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = busy;
    this.requestUpdate();
    try {
      await work();
    } catch (problem) {
      toast(problem instanceof Problem && problem.detail ? problem.detail : sayShared("network"), "alert");
    }
    this.busy = null;
    this.requestUpdate();
  }

  private replay(): Promise<void> {
    return this.act("replay", async () => {
      const body = { rules: this.draft, days: this.days };
      this.replayed = await ask<Replay>(`${URL}/replay`, { method: "POST", body, timeoutMs: 60_000 });
    });
  }

  private save(): Promise<void> {
    return this.act("save", async () => {
      const headers = { "If-Match": String(this.known?.version ?? 0) };
      this.take(await ask<RuleSet>(URL, { method: "PUT", body: { rules: this.draft }, headers }));
      toast(say("saved", { version: this.known?.version ?? 0 }));
    });
  }

  private condition(rule: Rule): TemplateResult | typeof nothing {
    const name = this.nameOf(rule);
    if (rule.kind === "explicit") return html`<span class="caption">${say("always")}</span>`;
    if (COUNTED.includes(rule.kind))
      return html`<span class="row"
        ><input
          class="input rule-count"
          type="number"
          min="1"
          max="100"
          aria-label=${say("count_of", { name })}
          .value=${String(rule.count)}
          @change=${(event: Event) => this.set(rule, { count: Math.max(1, Number((event.target as HTMLInputElement).value) || 1) })}
        />
        ${say("times")}</span
      >`;
    if (WORDED.includes(rule.kind))
      return html`<input
        class="input"
        maxlength="2000"
        placeholder=${say("words_help")}
        aria-label=${say("words_of", { name })}
        .value=${rule.words.join(", ")}
        @change=${(event: Event) => this.set(rule, { words: listed((event.target as HTMLInputElement).value) })}
      />`;
    return nothing;
  }

  private choice<T extends string>(
    label: string,
    value: T,
    options: readonly (readonly [T, string])[],
    set: (value: T) => void,
  ): TemplateResult {
    return html`<select
      class="input"
      aria-label=${label}
      @change=${(event: Event) => set((event.target as HTMLSelectElement).value as T)}
    >
      ${options.map(([one, words]) => html`<option value=${one} ?selected=${one === value}>${words}</option>`)}
    </select>`;
  }

  private target(rule: Rule): TemplateResult {
    const name = this.nameOf(rule);
    const actions = (["queue", "attention"] as const).map((one) => [one, say(`action_${one}`)] as const);
    const priorities = PRIORITIES.map((one) => [one, one === "normal" ? "—" : sayDesk(`priority_${one}`)] as const);
    const queues = [
      ["", say("queue_fitting")] as const,
      ...this.queues.map((one) => [one.queue_id, nameOf(one)] as const),
    ];
    return html`<div class="rule-target">
      ${rule.kind === "explicit" ? html`<span>${say("action_queue")}</span>` : this.choice(`${say("action")} ${name}`, rule.action, actions, (action) => this.set(rule, { action }))}
      ${
        rule.action === "queue" && rule.kind !== "explicit"
          ? html`${this.choice(`${say("priority")} ${name}`, rule.priority, priorities, (priority) => this.set(rule, { priority }))}
            ${this.choice(`${say("queue")} ${name}`, rule.queue_id ?? "", queues, (id) => this.set(rule, { queue_id: id || null }))}`
          : nothing
      }
    </div>`;
  }

  private share(rule: Rule): TemplateResult | typeof nothing {
    const found = this.replayed;
    const n = found?.by_rule[rule.rule_id];
    if (!found || n === undefined || !found.conversations) return nothing;
    const share = Math.round((100 * n) / found.conversations);
    if (found.too_much.includes(rule.rule_id))
      return html`<p class="banner warn" role="alert">${icon(TriangleAlert, 14)} ${say("too_much", { share })}</p>`;
    return html`<span class="caption figures">${say("share", { n, share })}</span>`;
  }

  private row(rule: Rule, at: number): TemplateResult {
    const name = this.nameOf(rule);
    const fixed = rule.kind === "explicit";
    return html`<tr class=${rule.enabled ? "" : "rule-off"}>
      <td class="number figures">${at + 1}</td>
      <td>
        <label class="row"
          ><input
            type="checkbox"
            aria-label=${say("on", { name })}
            .checked=${rule.enabled}
            ?disabled=${fixed}
            @change=${(event: Event) => this.set(rule, { enabled: (event.target as HTMLInputElement).checked })}
          />
          <b>${name}</b></label
        >
        ${this.share(rule)}
      </td>
      <td>${this.condition(rule)}</td>
      <td>${this.target(rule)}</td>
      <td class="number">
        ${
          fixed || at < 2
            ? nothing
            : html`<button
                class="button ghost icon-only small"
                aria-label=${say("up", { name })}
                title=${say("up", { name })}
                @click=${() => this.up(at)}
              >
                ${icon(ArrowUp)}
              </button>`
        }
      </td>
    </tr>`;
  }

  private examples(title: string, some: Example[]): TemplateResult | typeof nothing {
    if (!some.length) return nothing;
    return html`<div>
      <h3 class="title-13">${title}</h3>
      <ul class="rule-examples">
        ${some.map((one) => html`<li><a href="/desk/conversations/${one.conversation_id}" class="ellipsis">${one.question || "…"}</a></li>`)}
      </ul>
    </div>`;
  }

  private result(): TemplateResult | typeof nothing {
    const found = this.replayed;
    if (!found) return nothing;
    const told = { n: found.conversations, did: found.did, would: found.would };
    return html`<section class="card rule-result" role="status">
      <p class="title-15">${say("result", told)}</p>
      <div class="rule-changes">
        ${this.examples(say("newly", { n: found.newly }), found.newly_examples)}
        ${this.examples(say("no_longer", { n: found.no_longer }), found.no_longer_examples)}
      </div>
    </section>`;
  }

  private since(known: RuleSet): string {
    if (!known.changed_at) return say("untouched");
    return say("changed", {
      version: known.version,
      name: known.changed_by,
      time: dayAndTime(new Date(known.changed_at)),
    });
  }

  override render(): TemplateResult {
    const { known } = this;
    return html`
      <header class="page-head">
        <h1 class="title-20">${say("title")}</h1>
        ${known ? html`<span class="caption">${this.since(known)}</span>` : nothing}
        <span class="row push rule-tools">
          ${this.changed && known ? html`<span class="badge warn">${say("unsaved")}</span>` : nothing}
          <input
            class="input rule-count"
            type="number"
            min="1"
            max="90"
            aria-label=${say("days_of")}
            .value=${String(this.days)}
            @change=${(event: Event) => (this.days = Math.min(90, Math.max(1, Number((event.target as HTMLInputElement).value) || 30)))}
          />
          ${say("days")}
          <button class="button" aria-busy=${String(this.busy === "replay")} @click=${() => void this.replay()}>
            ${icon(History)}${say("replay")}
          </button>
          <button
            class="button primary"
            ?disabled=${!this.changed}
            aria-busy=${String(this.busy === "save")}
            @click=${() => void this.save()}
          >
            ${say("save")}
          </button>
        </span>
      </header>
      <div class="page-body stack">
        <p class="muted queue-intro">${say("intro")}</p>
        ${this.result()}
        ${
          known
            ? html`<div class="table-scroll">
                <table class="table" aria-label=${say("title")}>
                  <thead>
                    <tr>
                      <th scope="col" class="number">#</th>
                      <th scope="col">${say("rule")}</th>
                      <th scope="col">${say("condition")}</th>
                      <th scope="col">${say("action")}</th>
                      <th scope="col"><span class="visually-hidden">${say("up", { name: "" })}</span></th>
                    </tr>
                  </thead>
                  <tbody>
                    ${this.draft.map((rule, at) => this.row(rule, at))}
                  </tbody>
                </table>
              </div>`
            : this.failed
              ? html`<div class="state">
                  <span class="state-mark">${icon(TriangleAlert, 20)}</span>
                  <h2>${say("failed")}</h2>
                </div>`
              : html`<div class="stack list-skeleton" aria-busy="true">
                  ${[1, 2, 3].map(() => html`<span class="skeleton"></span>`)}
                </div>`
        }
      </div>
    `;
  }
}

customElements.define("kefu-rules", KefuRules);
