/** Draws a thread: greeting, days, everything said in order, then what waits to be sent and the cards at its end. */
import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { ArrowUpRight } from "lucide";
import type { FilePlace } from "../shared/files/contract";
import { clock, dayAndTime, ours } from "../shared/i18n";
import { icon } from "../shared/icons";
import "./answer";
import { divider, handOver } from "./cards";
import type { ChatConfig } from "./config";
import { filesOf, outgoingMessage, sentMessage } from "./message";
import type { Outgoing } from "./outbox";
import type { LeaveCard } from "./leave-card";
import { say } from "./texts";
import type { AgentItem, BotItem, Item, SystemItem, Thread } from "./thread";

export interface ThreadView {
  config: ChatConfig;
  thread: Thread;
  outgoing: readonly Outgoing[];
  now: number;
  typing: boolean;
  openAnswer: string | null;
  openNumber: number | null;
  /** The open source as a card inside the thread, in the widget. */
  card: TemplateResult | typeof nothing;
  leave: LeaveCard["leave"];
  deciding: boolean;
  /** What asks whether we may remember; nothing for a visitor nobody knows. */
  memory: TemplateResult | typeof nothing;
  survey: { done: "sent" | "skipped" | null; busy: boolean; problem: string };
  retry: (clientId: string) => void;
  drop: (clientId: string) => void;
  files: () => Promise<FilePlace>;
}

/** A pause this long between two messages shows the time again. */
const PAUSE_MS = 30 * 60_000;

type Row = { key: string; draw: () => TemplateResult };

export function threadItems(view: ThreadView): TemplateResult {
  const { thread } = view;
  return html`${greeting(view)}
    <div class="items">
      ${repeat(
        rows(view),
        (row) => row.key,
        (row) => row.draw(),
      )}
    </div>
    ${view.typing ? typing(thread) : nothing} ${thread.owner === "queue" ? waiting(view) : nothing} ${survey(view)}
    ${view.memory}
    ${
      thread.items.length === 0 && view.outgoing.length === 0
        ? html`<p class="caption fresh-notice">${say("ai_notice_fresh")}</p>`
        : nothing
    }`;
}

function greeting({ config, thread, outgoing }: ThreadView): TemplateResult | typeof nothing {
  const first = thread.items[0];
  if (first?.kind === "bot" && first.answer.questionId === null && first.answer.state === "ended") return nothing;
  const fresh = thread.items.length === 0 && outgoing.length === 0;
  const suggestions = ours(config.suggestions);
  return html`<div class="greeting">
      <div class="rail bot">
        <div class="speaker">
          <b>${ours(config.assistant)}</b><span class="badge accent ai-badge">${say("ai")}</span>
        </div>
        <p class="words">${ours(config.greeting)}</p>
      </div>
    </div>
    ${
      fresh && suggestions.length > 0
        ? html`<section class="suggestions" aria-label=${say("often_asked")}>
            <h2 class="caption">${say("often_asked")}</h2>
            ${suggestions.map(
              (text) =>
                html`<button type="button" class="suggestion" @click=${(event: Event) => chosen(event, text)}>
                  <span>${text}</span>${icon(ArrowUpRight)}
                </button>`,
            )}
          </section>`
        : nothing
    }`;
}

function chosen(event: Event, text: string): void {
  event.currentTarget?.dispatchEvent(new CustomEvent("kefu-ask", { detail: text, bubbles: true, composed: true }));
}

function rows(view: ThreadView): Row[] {
  const { thread, outgoing } = view;
  const rows: Row[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const item of thread.items) {
    const at = item.at && item.kind === "customer" ? Date.parse(item.at) : null;
    if (at !== null && (at - last > PAUSE_MS || new Date(at).getDate() !== new Date(last).getDate()))
      rows.push({ key: `day-${item.key}`, draw: () => divider(dayAndTime(new Date(at))) });
    last = at ?? last;
    rows.push({ key: item.key, draw: () => drawn(item, view) });
  }
  const said = new Set(thread.items.map((item) => item.key));
  const waiting = outgoing.filter((message) => !said.has(message.clientId));
  waiting.forEach((message, at) => {
    rows.push({ key: message.clientId, draw: () => outgoingMessage(message, at === 0, view) });
  });
  return rows;
}

function drawn(item: Item, view: ThreadView): TemplateResult {
  switch (item.kind) {
    case "customer":
      return sentMessage(item, view.files, item.id !== null && item.id === view.thread.read.agent);
    case "bot":
      return answer(item, view);
    case "agent":
      return agentMessage(item, view);
    case "system":
      return systemLine(item);
    case "handover":
      return handOver(item);
  }
}

function answer(item: BotItem, view: ThreadView): TemplateResult {
  const { thread } = view;
  const open = view.openAnswer === item.id;
  const last = thread.items.at(-1) === item && view.outgoing.length === 0;
  return html`<kefu-answer
    data-key=${item.key}
    .item=${item}
    .assistant=${ours(view.config.assistant)}
    ?last=${last}
    ?behind=${thread.running !== null && thread.running !== item}
    ?deciding=${view.deciding}
    ?personOffered=${thread.owner === "bot"}
    .openNumber=${open ? view.openNumber : null}
    .card=${open ? view.card : nothing}
    .now=${item.answer.state === "waiting" ? view.now : 0}
  ></kefu-answer>`;
}

function agentMessage(item: AgentItem, view: ThreadView): TemplateResult {
  return html`<div class="rail agent" data-key=${item.key}>
    <div class="speaker">
      <b>${item.name ?? say("agent_fallback")}</b>
      <span class="aside figures">${item.at ? clock(new Date(item.at)) : nothing}</span>
    </div>
    ${item.text ? html`<p class="words">${item.text}</p>` : nothing} ${filesOf(item.files, view.files)}
  </div>`;
}

function systemLine(item: SystemItem): TemplateResult {
  return html`<p class="system-line">${item.text}</p>`;
}

function typing(thread: Thread): TemplateResult {
  const name = thread.agentName ?? say("agent_fallback");
  return html`<div class="rail agent">
    <div class="speaker"><b>${name}</b><span class="aside">${say("agent_typing", { name })}</span></div>
    <div class="dots" aria-hidden="true"><i></i><i></i><i></i></div>
  </div>`;
}

function waiting({ thread, config, leave }: ThreadView): TemplateResult {
  void import("./queue-card");
  void import("./leave-card");
  const hours = config.hours ?? null;
  return html`<kefu-queue-card .place=${thread.place} .hours=${hours}></kefu-queue-card>
    <kefu-leave-card .leave=${leave} .hours=${hours}></kefu-leave-card>`;
}

function survey({ thread, survey: state }: ThreadView): TemplateResult | typeof nothing {
  if (!thread.surveyParts.length || state.done === "skipped") return nothing;
  if (state.done === "sent") return html`<p class="system-line" role="status">${say("survey_ok")}</p>`;
  void import("./survey-card"); // loaded when it is asked for, as is every card that few conversations see
  return html`<kefu-survey-card
    .parts=${thread.surveyParts}
    .name=${thread.lastAgent}
    .busy=${state.busy}
    .problem=${state.problem}
  ></kefu-survey-card>`;
}
