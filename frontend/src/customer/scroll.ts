/** Where the reader is in the thread: follows new words only from the bottom, and never past the top of what is being read. */

const NEAR = 32;
const HEAD_ROOM = 16;

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
  keep(growing: HTMLElement | null): void {
    const box = this.box();
    if (!box) return;
    const bottom = box.scrollHeight - box.clientHeight;
    if (!this.following) return this.note(bottom - box.scrollTop > NEAR);
    let target = bottom;
    if (growing) {
      const top = growing.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;
      target = Math.min(bottom, top - HEAD_ROOM);
    }
    if (target > box.scrollTop) box.scrollTop = target;
    this.placed = box.scrollTop;
    this.note(bottom - box.scrollTop > NEAR);
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
