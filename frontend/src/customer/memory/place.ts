/** Where memory stands in the thread: after the first answer, and only for customers the company vouches for. */
import { html, nothing, type TemplateResult } from "lit";
import type { Session } from "../session";

export function rememberedPart(session: Session, answering: boolean): TemplateResult | typeof nothing {
  const { customer, thread, conversationId } = session;
  if (customer === null || session.loading) return nothing;
  void import("./kefu-memory"); // not in the page's first script: most visitors are not signed in
  const answered = thread.items.some((item) => item.kind === "bot" && item.answer.state === "ended");
  return html`<kefu-memory
    .request=${session.memory}
    .customer=${customer}
    .conversation=${conversationId}
    ?may-ask=${answered && !answering && thread.owner === "bot"}
  ></kefu-memory>`;
}
