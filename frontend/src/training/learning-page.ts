/** What the pages of learning share: their head, who may write, and whether fetching failed. */
import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { PartElement } from "../shared/element";

export abstract class LearningPage extends PartElement {
  @state() protected failed = false;

  /** The heading the server sent gives way to the page's own. */
  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
  }

  protected get may(): boolean {
    return "mayWrite" in this.dataset;
  }

  protected head(
    title: string,
    about: string | TemplateResult,
    actions: TemplateResult | typeof nothing = nothing,
  ): TemplateResult {
    return html`<header class="page-head">
      <div>
        <h1 class="title-20">${title}</h1>
        <div class="caption">${about}</div>
      </div>
      ${actions === nothing ? nothing : html`<span class="learn-row push">${actions}</span>`}
    </header>`;
  }
}
