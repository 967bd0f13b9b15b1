/** <kefu-queues>: the page of queues, and of the people who serve in them. */
import { html, nothing, type TemplateResult } from "lit";
import { Pencil, Plus, Trash2, TriangleAlert, Users } from "lucide";
import desk from "../../texts/desk.json";
import queues from "../../texts/queues.json";
import { ask, Problem } from "../shared/api";
import { part } from "../shared/dom";
import { PartElement } from "../shared/element";
import { say as sayShared, sentences } from "../shared/i18n";
import { icon } from "../shared/icons";
import { confirmIn } from "../staff/confirm-dialog";
import { toast } from "../staff/toast";
import { QueueForm } from "./queue-form";
import { listed, nameOf, type Person, type Queue } from "./types";

const say = sentences(queues);
const sayDesk = sentences(desk);
const RENEW_MS = 5000;

export class KefuQueues extends PartElement {
  private queues: Queue[] | null = null;
  private people: Person[] = [];
  private failed = false;
  private timer = 0;

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    this.addEventListener("queue-saved", (event) => {
      const { queue, fresh } = (event as CustomEvent<{ queue: Queue; fresh: boolean }>).detail;
      toast(say(fresh ? "created" : "saved", { name: nameOf(queue) }));
      void this.load();
    });
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  /** What waits and who is there changes by itself, so the page looks again; not while somebody types in it. */
  private async load(): Promise<void> {
    clearTimeout(this.timer);
    try {
      [this.queues, this.people] = await Promise.all([
        ask<Queue[]>("/api/v1/queues"),
        ask<Person[]>("/api/v1/desk/agents"),
      ]);
      this.failed = false;
    } catch {
      this.failed = true;
    }
    if (!this.querySelector("input:focus")) this.requestUpdate();
    this.timer = window.setTimeout(() => void this.load(), RENEW_MS);
  }

  private edit(queue: Queue | null): void {
    void part(this, "queue-form", QueueForm).open(queue, this.people);
  }

  private async deleteAsked(queue: Queue): Promise<void> {
    const told = { name: nameOf(queue), n: queue.waiting };
    const sure = await confirmIn(this, {
      title: say("delete_title", told),
      text: say("delete_text", told),
      action: say("delete"),
    });
    if (!sure) return;
    await this.done(ask(`/api/v1/queues/${queue.queue_id}`, { method: "DELETE" }), say("deleted", told));
  }

  private async done(asking: Promise<unknown>, words: string): Promise<void> {
    try {
      await asking;
      toast(words);
    } catch (problem) {
      toast(problem instanceof Problem && problem.detail ? problem.detail : sayShared("network"), "alert");
    }
    await this.load();
  }

  private configure(person: Person, change: { capacity?: number; skills?: string[] }): void {
    const asking = ask(`/api/v1/desk/agents/${person.staff_id}`, { method: "PATCH", body: change });
    void this.done(asking, say("saved", { name: person.name }));
  }

  private forWhom(queue: Queue): string {
    const languages = queue.languages.map((one) => say(`language_${one as "en"}`));
    const parts = [...languages, ...queue.channels, ...queue.tiers];
    return parts.length ? parts.join(" · ") : say("all");
  }

  private row(queue: Queue): TemplateResult {
    const name = nameOf(queue);
    const members = queue.members.map((one) => one.name);
    return html`<tr>
      <td>
        <span class="row"
          >${icon(Users)}<button class="link-button queue-name" @click=${() => this.edit(queue)}>${name}</button></span
        >
      </td>
      <td>
        ${say(`mode_${queue.mode}`)}${queue.mode === "offer" ? html` <span class="caption figures">${queue.accept_within_s} s</span>` : nothing}
      </td>
      <td>${this.forWhom(queue)}</td>
      <td>${members.length ? members.join("、") : html`<span class="caption">${say("everybody")}</span>`}</td>
      <td class="number">
        ${
          queue.waiting
            ? html`<b class="figures">${queue.waiting}</b>
                <span class="caption figures"
                  >${queue.longest_since ? say("longest", { time: this.since(queue.longest_since) }) : ""}</span
                >`
            : html`<span class="caption">${say("nobody")}</span>`
        }
      </td>
      <td class="number queue-actions">
        <button
          class="button ghost icon-only small"
          aria-label="${say("edit")} ${name}"
          title=${say("edit")}
          @click=${() => this.edit(queue)}
        >
          ${icon(Pencil)}
        </button>
        ${
          queue.is_default
            ? nothing
            : html`<button
                class="button ghost icon-only small"
                aria-label="${say("delete")} ${name}"
                title=${say("delete")}
                @click=${() => void this.deleteAsked(queue)}
              >
                ${icon(Trash2)}
              </button>`
        }
      </td>
    </tr>`;
  }

  private since(moment: string): string {
    const seconds = Math.max(0, Math.round((Date.now() - new Date(moment).getTime()) / 1000));
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  private person(one: Person): TemplateResult {
    const state = one.there ? one.state : "offline";
    const inQueues = (this.queues ?? []).filter((queue) => one.queue_ids.includes(queue.queue_id));
    const capacity = (event: Event) => {
      const wanted = Number((event.target as HTMLInputElement).value);
      if (Number.isInteger(wanted) && wanted >= 1 && wanted <= 50) this.configure(one, { capacity: wanted });
      else toast(say("capacity_wrong"), "alert");
    };
    return html`<tr>
      <td><b>${one.name}</b></td>
      <td>
        <span class="desk-presence ${state}"
          ><span class="dot" aria-hidden="true"></span>${sayDesk(`presence_${state}`)}</span
        >
      </td>
      <td class="number figures">${one.load}</td>
      <td class="number">
        <input
          class="input queue-capacity"
          type="number"
          min="1"
          max="50"
          aria-label=${say("capacity_of", { name: one.name })}
          .value=${String(one.capacity)}
          @change=${capacity}
        />
      </td>
      <td>
        <input
          class="input"
          maxlength="500"
          placeholder=${say("skills_help")}
          aria-label=${say("skills_of", { name: one.name })}
          .value=${one.skills.join(", ")}
          @change=${(event: Event) => this.configure(one, { skills: listed((event.target as HTMLInputElement).value) })}
        />
      </td>
      <td>${inQueues.map(nameOf).join("、") || html`<span class="caption">${say("default")}</span>`}</td>
    </tr>`;
  }

  private tables(items: Queue[]): TemplateResult {
    const head = (...names: (keyof typeof queues)[]) =>
      html`<thead>
        <tr>
          ${names.map((name) => html`<th scope="col" class=${["waiting", "load", "capacity"].includes(name) ? "number" : ""}>${name === "edit" ? html`<span class="visually-hidden">${say(name)}</span>` : say(name)}</th>`)}
        </tr>
      </thead>`;
    return html`
      <div class="table-scroll">
        <table class="table" aria-label=${say("title")}>
          ${head("name", "mode", "for_whom", "members", "waiting", "edit")}
          <tbody>
            ${items.map((queue) => this.row(queue))}
          </tbody>
        </table>
      </div>
      <h2 class="title-15 queue-people">${say("people")}</h2>
      <div class="table-scroll">
        <table class="table" aria-label=${say("people")}>
          ${head("person", "state", "load", "capacity", "skills", "in_queues")}
          <tbody>
            ${this.people.map((one) => this.person(one))}
          </tbody>
        </table>
      </div>
    `;
  }

  override render(): TemplateResult {
    return html`
      <header class="page-head">
        <h1 class="title-20">${say("title")}</h1>
        <button class="button primary push" @click=${() => this.edit(null)}>${icon(Plus)}${say("add")}</button>
      </header>
      <div class="page-body stack">
        <p class="muted queue-intro">${say("intro")}</p>
        ${
          this.queues
            ? this.tables(this.queues)
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
      <queue-form></queue-form>
    `;
  }
}

customElements.define("kefu-queues", KefuQueues);
