/** One dot and words: whether the parts of the service answer, before anybody signs in. */
import { ask } from "../shared/api";

export class ServiceState extends HTMLElement {
  async connectedCallback(): Promise<void> {
    let well = true;
    try {
      await ask("/readyz");
    } catch {
      well = false; // no answer, or 503, is the answer
    }
    const dot = document.createElement("span");
    dot.className = "dot";
    this.dataset["state"] = well ? "well" : "ailing";
    this.replaceChildren(dot, (well ? this.dataset["ok"] : this.dataset["down"]) ?? "");
  }
}

customElements.define("service-state", ServiceState);

declare global {
  interface HTMLElementTagNameMap {
    "service-state": ServiceState;
  }
}
