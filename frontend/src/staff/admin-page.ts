/** What pages of settings have in common: who may write, one deed at a time, and the one sentence of a failure. */
import { html, nothing, type TemplateResult } from "lit";
import { TriangleAlert } from "lucide";
import { Problem } from "../shared/api";
import { PartElement } from "../shared/element";
import { say as sayShared } from "../shared/i18n";
import { icon } from "../shared/icons";

export abstract class AdminPage extends PartElement {
  protected busy = false;
  protected error = "";

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
  }

  protected get mayWrite(): boolean {
    return this.hasAttribute("data-may-write");
  }

  protected complain(error: unknown): void {
    this.error = error instanceof Problem && error.status ? error.detail : sayShared("network");
    this.requestUpdate();
  }

  /** Does something unless something is being done; a failure is said on the page. */
  protected async act(work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.error = "";
    this.requestUpdate();
    try {
      await work();
    } catch (error) {
      this.complain(error);
    }
    this.busy = false;
    this.requestUpdate();
  }

  /** The failure, or nothing. */
  protected fault(): TemplateResult | typeof nothing {
    if (!this.error) return nothing;
    return html`<div class="banner danger" role="alert">${icon(TriangleAlert)} ${this.error}</div>`;
  }

  /** The page before there is anything to show; nothing when it failed. */
  protected waiting(): TemplateResult | typeof nothing {
    if (this.error) return nothing;
    return html`<div class="stack list-skeleton" aria-busy="true"><span class="skeleton"></span></div>`;
  }
}
