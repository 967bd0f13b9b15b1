/** One question before something that cannot be undone: the title asks, the text tells the consequence in numbers. */
import { say } from "../shared/i18n";

interface Question {
  title: string;
  text: string;
  action: string;
}

function button(words: string, look: string, value: string): HTMLButtonElement {
  const made = document.createElement("button");
  made.className = `button ${look}`;
  made.value = value;
  made.textContent = words;
  return made;
}

/** Asks in a dialog; true when the person chose to go on. Focus returns to where it was. */
export function confirmIn(place: HTMLElement, question: Question, look = "danger"): Promise<boolean> {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const form = document.createElement("form");
  form.method = "dialog";
  const title = document.createElement("h2");
  title.id = "confirm-title";
  title.textContent = question.title;
  dialog.setAttribute("aria-labelledby", title.id);
  const text = document.createElement("p");
  text.textContent = question.text;
  const actions = document.createElement("div");
  actions.className = "actions";
  actions.append(button(say("cancel"), "", "no"), button(question.action, look, "yes"));
  form.append(title, text, actions);
  dialog.append(form);
  place.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
