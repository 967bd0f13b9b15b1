/** Under a box one writes in: the files that will go out, how far each is, and what can be done with it. */
import { html, nothing, type TemplateResult } from "lit";
import { FileText, Image, Paperclip, RotateCw, X } from "lucide";
import files from "../../../texts/files.json";
import { sentences } from "../i18n";
import { icon } from "../icons";
import { ACCEPTED, sizeOf } from "./contract";
import type { Upload, Uploads } from "./uploads";

const say = sentences(files);

export function tray(uploads: Uploads): TemplateResult | typeof nothing {
  if (!uploads.items.length && !uploads.problem) return nothing;
  return html`${
    uploads.items.length
      ? html`<ul class="tray" aria-label=${say("tray")}>
          ${uploads.items.map((one) => row(one, uploads))}
        </ul>`
      : nothing
  }
  ${uploads.problem ? html`<p class="error" role="alert">${uploads.problem}</p>` : nothing}`;
}

function row(one: Upload, uploads: Uploads): TemplateResult {
  const { name, size, type } = { name: one.file.name, size: one.stored?.size ?? one.file.size, type: one.file.type };
  const words =
    one.state === "failed"
      ? one.problem
      : one.state === "ready"
        ? say("ready", { size: sizeOf(size) })
        : say("sending", { n: one.percent });
  return html`<li class="tray-file ${one.state}">
    ${icon(type.startsWith("image/") ? Image : FileText)}
    <span class="tray-name"
      ><b class="ellipsis">${name}</b>
      <span class="caption figures" role=${one.state === "failed" ? "alert" : "status"}>${words}</span>
      ${
        one.state === "sending"
          ? html`<progress
              class="progress"
              max="100"
              .value=${one.percent}
              aria-label=${say("sending", { n: one.percent })}
            ></progress>`
          : nothing
      }
    </span>
    ${
      one.state === "failed"
        ? html`<button
            type="button"
            class="button ghost icon-only small"
            aria-label=${say("retry", { name })}
            title=${say("retry", { name })}
            @click=${() => uploads.retry(one.key)}
          >
            ${icon(RotateCw, 14)}
          </button>`
        : nothing
    }
    <button
      type="button"
      class="button ghost icon-only small"
      aria-label=${say(one.state === "sending" ? "cancel" : "remove", { name })}
      title=${say(one.state === "sending" ? "cancel" : "remove", { name })}
      @click=${() => uploads.remove(one.key)}
    >
      ${icon(X, 14)}
    </button>
  </li>`;
}

/** The button that opens the system's choice of files. */
export function attachButton(look: string, add: (chosen: Iterable<File>) => void): TemplateResult {
  const choose = (event: Event) => {
    const input = (event.currentTarget as HTMLElement).nextElementSibling as HTMLInputElement;
    input.click();
  };
  const chosen = (event: Event) => {
    const input = event.currentTarget as HTMLInputElement;
    if (input.files) add([...input.files]);
    input.value = "";
  };
  return html`<button
      type="button"
      class=${look}
      data-attach
      aria-label=${say("attach")}
      title="${say("attach")}：${say("attach_hint")}"
      @click=${choose}
    >
      ${icon(Paperclip)}</button
    ><input type="file" multiple hidden accept=${ACCEPTED} aria-label=${say("attach")} @change=${chosen} />`;
}
