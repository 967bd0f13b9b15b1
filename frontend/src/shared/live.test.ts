import { describe, expect, it } from "vitest";
import { EventParser } from "./live";

describe("a stream of events", () => {
  it("is read whole whatever the pieces it comes in", () => {
    const stream = 'id: 7\nevent: answer.delta\ndata: {"text":"你好"}\n\n: still here\n\nid: 8\ndata: 1\ndata: 2\n\n';
    for (const size of [1, 2, 5, 1000]) {
      const parser = new EventParser();
      const events = [];
      for (let at = 0; at < stream.length; at += size) events.push(...parser.push(stream.slice(at, at + size)));
      expect(events).toEqual([
        { id: "7", name: "answer.delta", data: { text: "你好" } },
        { id: "8", name: "message", data: "1\n2" },
      ]);
    }
  });

  it("may end its lines in CRLF, cut between the two", () => {
    const parser = new EventParser();
    expect([...parser.push("id: 1\r"), ...parser.push('\ndata: {"a":1}\r\n\r'), ...parser.push("\n")]).toEqual([
      { id: "1", name: "message", data: { a: 1 } },
    ]);
  });

  it("can set how long to wait before coming back", () => {
    const parser = new EventParser();
    expect(parser.push("event: bye\nretry: 500\ndata: {}\n\n")[0]?.name).toBe("bye");
    expect(parser.retryMs).toBe(500);
  });
});
