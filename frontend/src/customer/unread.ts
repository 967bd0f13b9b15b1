/** Counts in the page's title what came while nobody looked. */

export class UnreadTitle {
  private unseen = 0;
  private readonly title = document.title;

  count(): void {
    if (!document.hidden) return;
    this.unseen += 1;
    document.title = `(${this.unseen}) ${this.title}`;
  }

  /** Clears the count when the page is looked at again. */
  watch(): () => void {
    const seen = () => {
      if (document.hidden) return;
      this.unseen = 0;
      document.title = this.title;
    };
    document.addEventListener("visibilitychange", seen);
    return () => document.removeEventListener("visibilitychange", seen);
  }
}
