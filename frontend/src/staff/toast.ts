/** A short notice at the edge of a staff page; at most two, gone after ten seconds unless looked at. */

const LASTS_MS = 10_000;

/** Shows a sentence; errors are announced at once, the rest politely. */
export function toast(sentence: string, kind: "status" | "alert" = "status"): void {
  const shelf = document.getElementById("toasts");
  if (!shelf) return;
  const note = document.createElement("div");
  note.className = "toast";
  note.setAttribute("role", kind);
  note.textContent = sentence;
  while (shelf.childElementCount >= 2) shelf.firstElementChild?.remove();
  shelf.append(note);
  let timer = window.setTimeout(() => note.remove(), LASTS_MS);
  note.addEventListener("pointerenter", () => clearTimeout(timer));
  note.addEventListener("pointerleave", () => {
    timer = window.setTimeout(() => note.remove(), LASTS_MS);
  });
}
