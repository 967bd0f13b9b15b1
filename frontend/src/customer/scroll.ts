/** Where the reader is in the thread: follows new words only from the bottom, and never past the top of what is being read. */

const NEAR = 32;
const HEAD_ROOM = 16;
const FOOT_ROOM = 24;

export class ThreadScroll {
  /** True while new words may move the page. */
  following = true;
  /** Something new lies below what is visible. */
  below = false;

  constructor(
    private readonly box: () => HTMLElement | null,
    private readonly changed: () => void,
  ) {}

  /** The reader scrolled. */
  readonly noticed = (): void => {
    const box = this.box();
    if (!box) return;
    const atBottom = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
    if (atBottom) this.following = true;
    else if (box.scrollTop < this.placed - 1) this.following = false;
    if (atBottom && this.below) {
      this.below = false;
      this.changed();
    }
  };

  private placed = 0;

  /** After a render: follows to the end of what was said last, but never pushes its first line out at the top. */
  keep(last: Element | null | undefined, growing: boolean): void {
    const box = this.box();
    if (!box) return;
    const bottom = box.scrollHeight - box.clientHeight;
    if (this.following) {
      const target = last ? this.endOf(last, growing, box) : bottom;
      if (target > box.scrollTop) box.scrollTop = target;
      this.placed = box.scrollTop;
    }
    this.note(bottom - box.scrollTop > 2 * NEAR);
  }

  private endOf(last: Element, growing: boolean, box: HTMLElement): number {
    const { top, bottom } = last.getBoundingClientRect();
    const shift = box.scrollTop - box.getBoundingClientRect().top;
    const end = (growing ? bottom + shift + FOOT_ROOM : box.scrollHeight) - box.clientHeight;
    const highest = top + shift - HEAD_ROOM;
    // from here on it is read from its top: what comes is announced by the pill
    if (highest < end) this.following = false;
    return Math.min(end, highest);
  }

  toBottom(smooth: boolean): void {
    this.following = true;
    this.below = false;
    const box = this.box();
    box?.scrollTo({ top: box.scrollHeight, behavior: smooth ? "smooth" : "instant" });
    this.placed = 0;
    this.changed();
  }

  private note(below: boolean): void {
    if (below === this.below) return;
    this.below = below;
    this.changed();
  }
}
