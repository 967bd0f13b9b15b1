import { describe, expect, it } from "vitest";
import type { AnyEvent, Snapshot } from "./contract";
import { spliceDelta, Thread, type BotItem } from "./thread";

const asked = (id: string, clientId: string | null = null): AnyEvent => ({
  name: "message.created",
  data: { message_id: id, role: "customer", text: "能换吗？", client_id: clientId, created_at: "2026-11-21T06:20:00Z" },
});
const started = (id: string, question: string): AnyEvent => ({
  name: "answer.started",
  data: { answer_id: id, question_id: question, composer: "generative" },
});
const delta = (id: string, offset: number, text: string): AnyEvent => ({
  name: "answer.delta",
  data: { answer_id: id, offset, text },
});
const completed = (id: string, text: string): AnyEvent => ({
  name: "answer.completed",
  data: { answer_id: id, text, outcome: "answered", citations: [], suggestions: ["运费谁出？"] },
});

function after(...events: AnyEvent[]): Thread {
  const thread = new Thread();
  for (const event of events) thread.apply(event, true);
  return thread;
}

const answers = (thread: Thread) => thread.items.filter((item): item is BotItem => item.kind === "bot");

describe("a delta", () => {
  it("counts its offset in code points, not in UTF-16 units", () => {
    expect(spliceDelta("好😀的", 3, "！")).toBe("好😀的！");
    expect(spliceDelta("好😀的", 2, "呀")).toBe("好😀呀");
  });

  it("at offset 0 replaces everything, as after a take-over", () => {
    const thread = after(started("a1", "m1"), delta("a1", 0, "旧的"), delta("a1", 2, "话"), delta("a1", 0, "新"));
    expect(answers(thread)[0]?.text).toBe("新");
  });

  it("after the end changes nothing", () => {
    const thread = after(started("a1", "m1"), completed("a1", "可以。"), delta("a1", 3, "多余"));
    expect(answers(thread)[0]?.text).toBe("可以。");
  });
});

describe("a card to confirm", () => {
  const card = (state: "pending" | "done", fields?: { label: string; value: string }[]): AnyEvent => ({
    name: "answer.completed",
    data: {
      answer_id: state === "pending" ? "a1" : "a2",
      text: state,
      outcome: "answered",
      citations: [],
      suggestions: [],
      confirmation: { confirmation_id: "k1", state, ...(fields && { fields }) },
    },
  });

  it("stays done when the reply to the click comes after the news", () => {
    const thread = after(started("a1", "m1"), card("pending", [{ label: "订单号", value: "ND1" }]), card("done"));
    thread.decided("k1", "accepted");
    expect(answers(thread)[0]?.answer.confirmation?.state).toBe("done");
  });

  it("is under way from the click until the news", () => {
    const thread = after(started("a1", "m1"), card("pending", [{ label: "订单号", value: "ND1" }]));
    thread.decided("k1", "accepted");
    expect(answers(thread)[0]?.answer.confirmation?.state).toBe("accepted");
    thread.apply(card("done"), true);
    expect(answers(thread)[0]?.answer.confirmation?.state).toBe("done");
  });
});

describe("a thread", () => {
  it("shows a message once, whether the answer to the POST or the event comes first", () => {
    const accepted = { message_id: "m1", answer_id: "a1", seq: 1 };
    const first = new Thread();
    first.accept({ text: "能换吗？", clientId: "c1", at: "2026-11-21T06:20:00Z", files: [] }, accepted);
    first.apply(asked("m1", "c1"), true);
    const second = new Thread();
    second.apply(asked("m1", "c1"), true);
    second.accept({ text: "能换吗？", clientId: "c1", at: "2026-11-21T06:20:00Z", files: [] }, accepted);
    expect(first.items.map((item) => item.key)).toEqual(["c1", "a1"]);
    expect(second.items.map((item) => item.key)).toEqual(["c1", "a1"]);
  });

  it("puts an answer asked for again in the place of the old one", () => {
    const thread = after(
      asked("m1"),
      started("a1", "m1"),
      completed("a1", "旧"),
      started("a2", "m1"),
      completed("a2", "新"),
    );
    expect(answers(thread).map((item) => item.text)).toEqual(["新"]);
  });

  it("runs the first of two answers that wait", () => {
    const thread = after(asked("m1"), started("a1", "m1"), asked("m2"));
    thread.openAnswer("a2", "m2");
    expect(thread.running?.id).toBe("a1");
    thread.apply(completed("a1", "好"), true);
    expect(thread.running?.id).toBe("a2");
  });

  it("marks a hand-over at its place and knows who came", () => {
    const thread = after(
      asked("m1"),
      { name: "owner.changed", data: { owner: "queue", reason: "customer" } },
      { name: "queue.updated", data: { position: 3, estimated_wait_s: 240 } },
      { name: "owner.changed", data: { owner: "agent", reason: "taken", agent: { name: "林晓" } } },
    );
    expect(thread.items.map((item) => item.kind)).toEqual(["customer", "handover", "handover"]);
    expect([thread.owner, thread.agentName, thread.place]).toEqual(["agent", "林晓", null]);
  });

  it("shows the same after a reload: replayed events plus what only the snapshot knows", () => {
    const thread = after(asked("m1"), started("a1", "m1"), completed("a1", "可以。"));
    const snapshot: Snapshot = {
      conversation_id: "c",
      owner: "bot",
      lifecycle: "open",
      seq: 3,
      messages: [
        { message_id: "m1", role: "customer", text: "能换吗？", created_at: "2026-11-21T06:20:00Z" },
        {
          message_id: "a1",
          role: "bot",
          text: "可以。",
          created_at: "2026-11-21T06:20:03Z",
          feedback: { rating: "up" },
        },
      ],
    };
    thread.complete(snapshot);
    expect(answers(thread)[0]?.answer.feedback).toEqual({ rating: "up" });
    expect(answers(thread)[0]?.answer.suggestions).toEqual(["运费谁出？"]);
    expect(Thread.from(snapshot).items.map((item) => item.text)).toEqual(thread.items.map((item) => item.text));
  });

  it("goes on with the half answer a snapshot carries", () => {
    const thread = Thread.from({
      conversation_id: "c",
      owner: "bot",
      lifecycle: "open",
      seq: 9,
      messages: [],
      running_answer: { answer_id: "a1", text: "可以" },
    });
    thread.apply(delta("a1", 2, "换。"), true);
    expect(thread.running?.text).toBe("可以换。");
  });
});
