/** The question before a switch; where the gate is shut it lists why and wants a reason. */
import { say as sayShared } from "../../shared/i18n";
import { say } from "./types";

const SHORTEST = 5;

function made<K extends keyof HTMLElementTagNameMap>(tag: K, words = "", look = ""): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.textContent = words;
  if (look) element.className = look;
  return element;
}

/** Gives the reason ("" where none is needed), or null when the person thought better of it. */
export function askToSwitch(place: HTMLElement, model: string, reasons: string[]): Promise<string | null> {
  const shut = reasons.length > 0;
  const dialog = made("dialog", "", "dialog");
  dialog.setAttribute("aria-labelledby", "switch-title");
  const form = made("form", "", "stack");
  form.method = "dialog";
  const title = made("h2", say("switch_title", { model }));
  title.id = "switch-title";
  form.append(title, made("p", say("switch_text")));
  const reason = made("textarea", "", "input");
  if (shut) {
    const list = made("ul", "", "embed-reasons");
    list.append(...reasons.map((one) => made("li", one)));
    const field = made("div", "", "field");
    const label = made("label", say("reason"));
    reason.id = label.htmlFor = "switch-reason";
    reason.required = true;
    reason.minLength = SHORTEST;
    reason.maxLength = 500;
    field.append(label, reason, made("span", say("reason_short"), "help"));
    form.append(made("b", say("gate_shut")), list, field);
  }
  const stay = made("button", sayShared("cancel"), "button");
  stay.value = "no";
  stay.formNoValidate = true;
  const go = made("button", say(shut ? "switch_anyway" : "switch"), `button ${shut ? "danger" : "primary"}`);
  go.value = "yes";
  const actions = made("div", "", "actions");
  actions.append(stay, go);
  form.append(actions);
  dialog.append(form);
  place.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes" ? reason.value.trim() : null);
    });
  });
}
