/** Counts in the page's title what came while nobody looked; in a frame, for the button that opens it. */

export class UnreadTitle {
  private unseen = 0;
  private readonly title = document.title;
  private hidden = false;
  /** Told of every new count. */
  changed: (count: number) => void = () => undefined;

  /** The frame is folded away. */
  set away(away: boolean) {
    this.hidden = away;
    if (!away) this.clear();
  }

  count(): void {
    if (!document.hidden && !this.hidden) return;
    this.unseen += 1;
    document.title = `(${this.unseen}) ${this.title}`;
    this.changed(this.unseen);
  }

  /** Clears the count when the page is looked at again. */
  watch(): () => void {
    const seen = () => document.hidden || this.hidden || this.clear();
    document.addEventListener("visibilitychange", seen);
    return () => document.removeEventListener("visibilitychange", seen);
  }

  private clear(): void {
    this.unseen = 0;
    document.title = this.title;
    this.changed(0);
  }
}
