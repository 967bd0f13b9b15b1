import { beforeEach, describe, expect, it, vi } from "vitest";
import { Problem } from "../shared/api";
import { Outbox } from "./outbox";

const KEY = "kefu.outbox.test";
const NETWORK = new Problem(0, "network", "");
const states = (outbox: Outbox) => outbox.items.map((item) => item.state);

describe("the outbox", () => {
  beforeEach(() => localStorage.clear());

  it("sends in order, one at a time", async () => {
    const sent: string[] = [];
    const outbox = new Outbox(
      KEY,
      (message) => Promise.resolve(void sent.push(message.text)),
      () => undefined,
    );
    for (const text of ["一", "二", "三"]) outbox.add(text);
    await vi.waitFor(() => expect(outbox.items).toEqual([]));
    expect(sent).toEqual(["一", "二", "三"]);
  });

  it("holds later messages behind a failed one, and resends it under the same id", async () => {
    const tried: string[] = [];
    let broken = true;
    const outbox = new Outbox(
      KEY,
      (message) => {
        tried.push(message.clientId);
        return broken ? Promise.reject(NETWORK) : Promise.resolve();
      },
      () => undefined,
    );
    const first = outbox.add("一");
    outbox.add("二");
    await vi.waitFor(() => expect(states(outbox)).toEqual(["failed", "waiting"]));
    broken = false;
    outbox.retry(first.clientId);
    await vi.waitFor(() => expect(outbox.items).toEqual([]));
    expect(tried.slice(0, 2)).toEqual([first.clientId, first.clientId]);
  });

  it("goes on with the next when the failed one is deleted", async () => {
    const outbox = new Outbox(
      KEY,
      (message) =>
        message.text === "坏" ? Promise.reject(new Problem(422, "invalid_request", "太长")) : Promise.resolve(),
      () => undefined,
    );
    const bad = outbox.add("坏");
    outbox.add("好");
    await vi.waitFor(() => expect(outbox.items[0]?.reason).toBe("太长"));
    outbox.drop(bad.clientId);
    await vi.waitFor(() => expect(outbox.items).toEqual([]));
  });

  it("keeps unsent words over a reload", async () => {
    const outbox = new Outbox(
      KEY,
      () => Promise.reject(NETWORK),
      () => undefined,
    );
    outbox.add("别丢");
    await vi.waitFor(() => expect(states(outbox)).toEqual(["failed"]));
    const reloaded = new Outbox(
      KEY,
      () => Promise.resolve(),
      () => undefined,
    );
    expect(reloaded.items.map((item) => item.text)).toEqual(["别丢"]);
  });
});
