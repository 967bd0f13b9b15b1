/** Keeps an element as high as what is really visible: an open keyboard on a phone must not cover the composer. */

export function followViewport(element: HTMLElement): () => void {
  const view = window.visualViewport;
  if (!view) return () => undefined;
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
