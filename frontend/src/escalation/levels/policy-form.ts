/** <policy-form>: the dialog that makes or changes one policy; it tells `policy-given`, the page stores the whole set. */
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { part } from "../../shared/dom";
import { PartElement } from "../../shared/element";
import { say as sayShared } from "../../shared/i18n";
import { listed, nameOf, type Queue } from "../types";
import { calendarName, KINDS, PRIORITIES, say, targetOf, type Calendar, type Kind, type Policy } from "./types";

const MOST_MINUTES = 129_600;
const EMPTY: Policy = {
  policy_id: null,
  name: "",
  enabled: true,
  queue_ids: [],
  priorities: [],
  tiers: [],
  calendar_id: null,
  queue_wait_s: null,
  first_reply_s: null,
  next_reply_s: null,
  resolution_s: null,
  pause_asleep: true,
  pause_customer: true,
  on_breach: { notify: true, raise_priority: false, take_back: false, move_to: null },
};

@customElement("policy-form")
export class PolicyForm extends PartElement {
  @state() private policy: Policy = EMPTY;
  @state() private queues: Queue[] = [];
  @state() private calendars: Calendar[] = [];
  @state() private problem = "";
  @state() private wrong: Partial<Record<Kind | "name", string>> = {};

  /** Opens for a new policy (null) or a known one. */
  async open(policy: Policy | null, queues: Queue[], calendars: Calendar[]): Promise<void> {
    this.policy = policy ?? EMPTY;
    this.queues = queues;
    this.calendars = calendars;
    this.problem = "";
    this.wrong = {};
    await this.updateComplete;
    part(this, "form", HTMLFormElement).reset();
    part(this, "dialog", HTMLDialogElement).showModal();
  }

  /** The page has stored it, or tells why not: then the form stays as it was filled in. */
  settle(problem: string): void {
    this.problem = problem;
    if (!problem) part(this, "dialog", HTMLDialogElement).close();
  }

  private given(form: FormData): Policy {
    const word = (name: string) => (form.get(name) as string | null)?.trim() ?? "";
    const seconds = (kind: Kind) => (word(kind) ? Math.round(Number(word(kind)) * 60) : null);
    return {
      policy_id: this.policy.policy_id,
      name: word("name"),
      enabled: form.has("enabled"),
      queue_ids: form.getAll("queue") as string[],
      priorities: form.getAll("priority").map(Number),
      tiers: listed(word("tiers")),
      calendar_id: word("calendar") || null,
      queue_wait_s: seconds("queue_wait"),
      first_reply_s: seconds("first_reply"),
      next_reply_s: seconds("next_reply"),
      resolution_s: seconds("resolution"),
      pause_asleep: form.has("pause_asleep"),
      pause_customer: form.has("pause_customer"),
      on_breach: {
        notify: form.has("notify"),
        raise_priority: form.has("raise_priority"),
        take_back: form.has("take_back"),
        move_to: word("move_to") || null,
      },
    };
  }

  private async submit(event: Event): Promise<void> {
    event.preventDefault();
    const given = this.given(new FormData(part(this, "form", HTMLFormElement)));
    const wrong: Partial<Record<Kind | "name", string>> = {};
    if (!given.name && (this.policy === EMPTY || this.policy.name)) wrong.name = say("name_missing");
    for (const kind of KINDS) {
      const seconds = targetOf(given, kind);
      if (seconds !== null && !(seconds >= 60 && seconds <= MOST_MINUTES * 60)) wrong[kind] = say("target_wrong");
    }
    if (KINDS.every((kind) => targetOf(given, kind) === null)) wrong.queue_wait = say("target_missing");
    this.wrong = wrong;
    if (Object.keys(wrong).length) {
      await this.updateComplete;
      this.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
      return;
    }
    this.tell("policy-given", { before: this.policy === EMPTY ? null : this.policy, given });
  }

  private target(kind: Kind): TemplateResult {
    const seconds = targetOf(this.policy, kind);
    const wrong = this.wrong[kind];
    return html`<div class="field">
      <label for="policy-${kind}">${say(`kind_${kind}`)}</label>
      <span class="row"
        ><input
          class="input level-minutes"
          id="policy-${kind}"
          name=${kind}
          inputmode="numeric"
          autocomplete="off"
          value=${seconds === null ? "" : String(seconds / 60)}
          aria-invalid=${wrong ? "true" : "false"}
          aria-describedby=${wrong ? `policy-${kind}-wrong` : nothing}
        /><span class="caption">${say("unit_minutes")}</span></span
      >
      ${wrong ? html`<span class="error" id="policy-${kind}-wrong">${wrong}</span>` : nothing}
    </div>`;
  }

  private checks(name: string, legend: string, options: [string, string][], chosen: string[]): TemplateResult {
    return html`<fieldset class="queue-checks">
      <legend>${legend}</legend>
      <div>
        ${options.map(
          ([value, words]) =>
            html`<label class="row"
              ><input type="checkbox" class="checkbox" name=${name} value=${value} ?checked=${chosen.includes(value)} />
              ${words}</label
            >`,
        )}
      </div>
    </fieldset>`;
  }

  private yes(name: string, words: string, checked: boolean): TemplateResult {
    return html`<label class="row"
      ><input type="checkbox" class="checkbox" name=${name} ?checked=${checked} /> ${words}</label
    >`;
  }

  private choice(name: string, label: string, options: [string, string][], chosen: string): TemplateResult {
    return html`<div class="field">
      <label for="policy-${name}">${label}</label>
      <select class="input" id="policy-${name}" name=${name}>
        ${options.map(([value, words]) => html`<option value=${value} ?selected=${value === chosen}>${words}</option>`)}
      </select>
    </div>`;
  }

  private whose(policy: Policy): TemplateResult {
    const wrong = this.wrong.name;
    return html`<div class="field">
        <label for="policy-name">${say("name")}</label>
        <input
          class="input"
          id="policy-name"
          name="name"
          maxlength="60"
          autocomplete="off"
          value=${policy.name}
          aria-invalid=${wrong ? "true" : "false"}
          aria-describedby=${wrong ? "policy-name-wrong" : nothing}
        />
        ${wrong ? html`<span class="error" id="policy-name-wrong">${wrong}</span>` : nothing}
      </div>
      ${this.checks(
        "queue",
        say("queues"),
        this.queues.map((one) => [one.queue_id, nameOf(one)]),
        policy.queue_ids,
      )}
      ${this.checks(
        "priority",
        say("priorities"),
        PRIORITIES.map((one) => [String(one), say(`priority_${one}`)]),
        policy.priorities.map(String),
      )}
      <div class="field">
        <label for="policy-tiers">${say("tiers")}</label>
        <input class="input" id="policy-tiers" name="tiers" maxlength="500" value=${policy.tiers.join(", ")} />
      </div>`;
  }

  private breach({ on_breach: act }: Policy): TemplateResult {
    return html`<fieldset class="level-group stack">
      <legend class="title-13">${say("on_breach")}</legend>
      ${this.yes("notify", say("act_notify"), act.notify)}
      ${this.yes("raise_priority", say("act_raise"), act.raise_priority)}
      ${this.yes("take_back", say("act_take_back"), act.take_back)}
      ${this.choice(
        "move_to",
        say("act_move"),
        [["", say("act_move_none")], ...this.queues.map((one): [string, string] => [one.queue_id, nameOf(one)])],
        act.move_to ?? "",
      )}
    </fieldset>`;
  }

  protected override render(): TemplateResult {
    const policy = this.policy;
    return html`<dialog class="dialog queue-dialog" aria-labelledby="policy-title">
      <form class="stack" novalidate @submit=${(event: Event) => void this.submit(event)}>
        <h2 id="policy-title">${policy === EMPTY ? say("add") : say("edit")}</h2>
        ${this.whose(policy)}
        <fieldset class="level-group">
          <legend class="title-13">${say("targets")}</legend>
          <p class="help">${say("targets_help")}</p>
          <div class="queue-pair">${KINDS.map((kind) => this.target(kind))}</div>
        </fieldset>
        ${this.choice(
          "calendar",
          say("calendar"),
          [
            ["", say("default_calendar")],
            ...this.calendars
              .filter((one) => !one.is_default)
              .map((one): [string, string] => [one.calendar_id, calendarName(one)]),
          ],
          policy.calendar_id ?? "",
        )}
        <fieldset class="level-group stack">
          <legend class="title-13">${say("pauses")}</legend>
          ${this.yes("pause_customer", say("pause_customer"), policy.pause_customer)}
          ${this.yes("pause_asleep", say("pause_asleep"), policy.pause_asleep)}
        </fieldset>
        ${this.breach(policy)} ${this.yes("enabled", say("enabled"), policy.enabled)}
        ${this.problem ? html`<p class="banner danger" role="alert">${this.problem}</p>` : nothing}
        <div class="actions">
          <button type="button" class="button" @click=${() => part(this, "dialog", HTMLDialogElement).close()}>
            ${sayShared("cancel")}
          </button>
          <button class="button primary">${say("save")}</button>
        </div>
      </form>
    </dialog>`;
  }
}
