/** Counts in the page's title what came while nobody looked; in a frame, for the button that opens it. */

export class UnreadTitle {
  private unseen = 0;
  private readonly title = document.title;
  private hidden = false;

  /** `back` is told when the page is looked at again. */
  constructor(private readonly back: () => void) {}

  /** Told of every new count. */
  changed: (count: number) => void = () => undefined;

  /** The frame is folded away. */
  set away(away: boolean) {
    this.hidden = away;
    if (!away) this.clear();
  }

  /** Somebody can see the page: it is neither in the background nor folded away. */
  get looked(): boolean {
    return !document.hidden && !this.hidden;
  }

  count(): void {
    if (this.looked) return;
    this.unseen += 1;
    document.title = `(${this.unseen}) ${this.title}`;
    this.changed(this.unseen);
  }

  /** Clears the count when the page is looked at again. */
  watch(): () => void {
    const seen = () => this.looked && this.clear();
    document.addEventListener("visibilitychange", seen);
    return () => document.removeEventListener("visibilitychange", seen);
  }

  private clear(): void {
    this.unseen = 0;
    document.title = this.title;
    this.changed(0);
    this.back();
  }
}
