/** Keeps an element as high as what is really visible: an open keyboard on a phone must not cover the composer. */

export function followViewport(element: HTMLElement): () => void {
  const view = window.visualViewport;
  // In a frame it is what the page around shows of it at some moment, and nobody tells when that changes.
  if (!view || window.parent !== window) return () => undefined;
  const follow = () => {
    element.style.setProperty("--visible-height", `${Math.round(view.height)}px`);
    element.style.setProperty("--visible-top", `${Math.round(view.offsetTop)}px`);
  };
  follow();
  view.addEventListener("resize", follow);
  view.addEventListener("scroll", follow);
  return () => {
    view.removeEventListener("resize", follow);
    view.removeEventListener("scroll", follow);
  };
}
