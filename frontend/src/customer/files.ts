/** <kefu-files>: what was sent with a message; small pictures open large, everything can be saved. */
import { html, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { FileText } from "lucide";
import files from "../../texts/files.json";
import { askBlob, Problem } from "../shared/api";
import { PartElement } from "../shared/element";
import { shownSize, sizeOf, type Attachment, type FilePlace } from "../shared/files/contract";
import { save, show } from "../shared/files/picture";
import { sentences } from "../shared/i18n";
import { icon } from "../shared/icons";

const say = sentences(files);

@customElement("kefu-files")
export class FilesElement extends PartElement {
  @property({ attribute: false }) files: readonly Attachment[] = [];
  @property({ attribute: false }) place: (() => Promise<FilePlace>) | null = null;
  @state() private problem = "";
  /** Addresses of small pictures: they need the token, so the browser cannot fetch them by itself. */
  @state() private small: ReadonlyMap<string, string> = new Map();

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const address of this.small.values()) URL.revokeObjectURL(address);
    this.small = new Map();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("files")) void this.load();
  }

  private async load(): Promise<void> {
    const { place } = this;
    if (!place) return;
    for (const file of this.files) {
      if (!file.width || this.small.has(file.attachment_id)) continue;
      try {
        const { path, token } = await place();
        const bytes = await askBlob(`${path}/${file.attachment_id}/thumbnail`, { token });
        this.small = new Map(this.small).set(file.attachment_id, URL.createObjectURL(bytes));
      } catch {
        // its name stands there, and a press tries again
      }
    }
  }

  private async open(file: Attachment): Promise<void> {
    this.problem = "";
    try {
      if (this.place) await (file.width ? show : save)(file, await this.place());
    } catch (problem) {
      this.problem = (problem instanceof Problem && problem.detail) || say("not_loaded");
    }
  }

  protected override render(): TemplateResult {
    return html`<ul class="files">
        ${this.files.map((file) => this.file(file))}
      </ul>
      ${this.problem ? html`<p class="error" role="alert">${this.problem}</p>` : ""}`;
  }

  private file(file: Attachment): TemplateResult {
    const { name, width, height } = file;
    const small = this.small.get(file.attachment_id);
    const label = say(width ? "open" : "download_named", { name });
    return html`<li class="file ${width ? "picture" : ""}">
      <button type="button" class="file-open" aria-label=${label} @click=${() => void this.open(file)}>
        ${
          width && height
            ? html`<img
                src=${small ?? "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="}
                alt=""
                width=${shownSize(width, height).width}
                height=${shownSize(width, height).height}
              />`
            : html`${icon(FileText, 20)}<span class="file-name">${name}<small>${sizeOf(file.size)}</small></span>`
        }
      </button>
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "kefu-files": FilesElement;
  }
}
