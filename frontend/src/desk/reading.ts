/** Tells the customer of an own conversation up to which of their messages the transcript on the screen has been read. */
import { ask } from "../shared/api";

export class Reading {
  private told = "";

  constructor(private readonly desk: HTMLElement) {}

  /** Looks whenever the page is looked at again or scrolled. Gives what ends it. */
  watch(): () => void {
    const ended = new AbortController();
    const look = () => this.look();
    const { signal } = ended;
    document.addEventListener("visibilitychange", look, { signal });
    this.desk.addEventListener("scroll", look, { signal, capture: true, passive: true });
    this.look();
    return () => ended.abort();
  }

  /** To be called whenever the transcript changed. */
  look(): void {
    const conversation = this.desk.dataset["conversation"];
    const list = this.desk.querySelector(".transcript");
    if (!conversation || !list || document.hidden || !this.desk.querySelector("desk-foot[data-mine]")) return;
    const end = list.getBoundingClientRect().bottom;
    const seen = [...list.querySelectorAll("li[data-customer]")].findLast(
      (line) => line.getBoundingClientRect().top < end,
    );
    const id = seen?.id.slice("m-".length) ?? "";
    if (!id || id === this.told) return;
    const before = this.told;
    this.told = id;
    const body = { message_id: id };
    void ask(`/api/v1/conversations/${conversation}/read`, { method: "POST", body }).catch(() => {
      if (this.told === id) this.told = before; // with the next look again
    });
  }
}
