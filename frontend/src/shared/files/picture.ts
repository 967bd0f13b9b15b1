/** A picture over the page, large; Esc or a click beside it closes it. And files to the reader's disk. */
import files from "../../../texts/files.json";
import { askBlob } from "../api";
import { sentences } from "../i18n";
import type { Attachment, FilePlace } from "./contract";

const say = sentences(files);

async function addressOf(file: Attachment, { path, token }: FilePlace): Promise<string> {
  const bytes = await askBlob(`${path}/${file.attachment_id}`, { token });
  return URL.createObjectURL(new Blob([bytes], { type: file.media_type }));
}

/** Saves a file under its name. Raises Problem. */
export async function save(file: Attachment, place: FilePlace): Promise<void> {
  const address = await addressOf(file, place);
  const link = document.createElement("a");
  link.href = address;
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Shows a picture until it is closed. Raises Problem. */
export async function show(file: Attachment, place: FilePlace): Promise<void> {
  const address = await addressOf(file, place);
  const dialog = document.createElement("dialog");
  dialog.className = "lightbox";
  dialog.setAttribute("aria-label", file.name);
  const image = document.createElement("img");
  image.src = address;
  image.alt = file.name;
  const foot = document.createElement("p");
  const link = document.createElement("a");
  link.className = "button";
  link.href = address;
  link.download = file.name;
  link.textContent = say("download");
  const close = document.createElement("button");
  close.className = "button primary";
  close.textContent = say("close");
  close.autofocus = true;
  close.onclick = () => dialog.close();
  foot.append(link, close);
  dialog.append(image, foot);
  dialog.onclick = (event) => event.target === dialog && dialog.close();
  dialog.onclose = () => {
    URL.revokeObjectURL(address);
    dialog.remove();
  };
  document.body.append(dialog);
  dialog.showModal();
}
