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

  /** After a render: moves to the bottom, but stops when the growing answer's first line reaches the top. */
  keep(growing: Element | null | undefined): void {
    const box = this.box();
    if (!box) return;
    const bottom = box.scrollHeight - box.clientHeight;
    if (!this.following) return this.note(bottom - box.scrollTop > NEAR);
    let target = bottom;
    if (growing) {
      const { top, bottom: end } = growing.getBoundingClientRect();
      const shift = box.scrollTop - box.getBoundingClientRect().top;
      target = Math.min(end + shift + FOOT_ROOM - box.clientHeight, top + shift - HEAD_ROOM);
    }
    if (target > box.scrollTop) box.scrollTop = target;
    this.placed = box.scrollTop;
    this.note(bottom - box.scrollTop > 2 * NEAR);
  }

  toBottom(smooth: boolean): void {
    this.following = true;
    this.below = false;
    const box = this.box();
    box?.scrollTo({ top: box.scrollHeight, behavior: smooth ? "smooth" : "instant" });
    this.placed = 0;
  }

  private note(below: boolean): void {
    if (below === this.below) return;
    this.below = below;
    this.changed();
  }
}
