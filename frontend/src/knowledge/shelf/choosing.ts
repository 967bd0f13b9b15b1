/** Choosing rows of a table: a box in each row, and one in the head for all that are shown. */
import { html, type TemplateResult } from "lit";

export type Chosen = ReadonlySet<string>;

/** The box of one row. */
export function chooseOne(id: string, chosen: Chosen, label: string, changed: (next: Chosen) => void): TemplateResult {
  const flip = () => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    changed(next);
  };
  return html`<input
    type="checkbox"
    class="checkbox"
    aria-label=${label}
    .checked=${chosen.has(id)}
    @change=${flip}
  />`;
}

/** The box in the head. */
export function chooseAll(
  ids: readonly string[],
  chosen: Chosen,
  label: string,
  changed: (next: Chosen) => void,
): TemplateResult {
  const some = ids.some((id) => chosen.has(id));
  const every = some && ids.every((id) => chosen.has(id));
  return html`<input
    type="checkbox"
    class="checkbox"
    aria-label=${label}
    .checked=${every}
    .indeterminate=${some && !every}
    @change=${() => changed(new Set(every ? [] : ids))}
  />`;
}

/** The box at the foot that gives every choice up. */
export function chooseNone(label: string, changed: (next: Chosen) => void): TemplateResult {
  return html`<input
    type="checkbox"
    class="checkbox"
    aria-label=${label}
    .indeterminate=${true}
    @change=${() => changed(new Set())}
  />`;
}
