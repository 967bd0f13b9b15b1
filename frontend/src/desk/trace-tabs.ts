/** <trace-tabs>: the sections of a trace as tabs, one at a time; without a script they stand below each other. */
import { render } from "lit";
import { tabList } from "../shared/tabs";

const ID = "trace";

export class TraceTabs extends HTMLElement {
  private readonly head = document.createElement("div");
  private chosen = "";

  private get panels(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>(":scope > section[data-tab]")];
  }

  connectedCallback(): void {
    if (this.chosen) return;
    this.prepend(this.head);
    for (const panel of this.panels) {
      const { tab = "" } = panel.dataset;
      panel.id = `${ID}-panel-${tab}`;
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", `${ID}-tab-${tab}`);
    }
    this.choose(this.panels[0]?.dataset.tab ?? "");
  }

  private choose(tab: string): void {
    this.chosen = tab;
    for (const panel of this.panels) panel.hidden = panel.dataset.tab !== tab;
    const all = this.panels.map(({ dataset: { tab: key = "", words = "" } }) => [key, words] as const);
    const label = this.getAttribute("label") ?? "";
    render(tabList({ id: ID, label, all, chosen: tab, choose: (key) => this.choose(key) }), this.head);
  }
}

customElements.define("trace-tabs", TraceTabs);
