/** The form of a tool's settings: fields for what is set often, and everything as JSON below them. */
import { html, nothing, type TemplateResult } from "lit";
import { lines, say, type Kind, type Parameter, type Spec, type Twin } from "./types";

type Change = (spec: Spec) => void;

interface FieldShape {
  help?: string;
  rows?: number;
  mono?: boolean;
}

function field(id: string, label: string, value: string, set: (value: string) => void, shape: FieldShape = {}) {
  const { help = "", rows = 0, mono = false } = shape;
  const change = (event: Event) => set((event.target as HTMLInputElement | HTMLTextAreaElement).value);
  const described = help ? `tool-${id}-help` : nothing;
  const look = `input ${mono ? "mono" : ""}`;
  return html`<div class="field">
    <label for="tool-${id}">${label}</label>
    ${
      rows
        ? html`<textarea
            class=${look}
            id="tool-${id}"
            rows=${rows}
            .value=${value}
            aria-describedby=${described}
            @change=${change}
          ></textarea>`
        : html`<input class=${look} id="tool-${id}" .value=${value} aria-describedby=${described} @change=${change} />`
    }
    ${help ? html`<span class="help" id="tool-${id}-help">${help}</span>` : nothing}
  </div>`;
}

function twins(id: "title" | "template", spec: Spec, change: Change, shape: FieldShape = {}): TemplateResult {
  const set = (half: keyof Twin) => (value: string) => change({ ...spec, [id]: { ...spec[id], [half]: value } });
  return html`<div class="tool-pair">
    ${field(`${id}-zh`, say(`${id}_zh`), spec[id].zh, set("zh"), shape)}
    ${field(`${id}-en`, say(`${id}_en`), spec[id].en, set("en"), shape)}
  </div>`;
}

function effect(spec: Spec, change: Change): TemplateResult {
  return html`<fieldset class="row tool-effect">
    <legend class="label">${say("effect")}</legend>
    ${(["reading", "writing"] as const).map(
      (one) =>
        html`<label class="row" title=${one === "writing" ? say("effect_writing_help") : ""}>
          <input
            type="radio"
            class="checkbox"
            name="tool-effect"
            .checked=${spec.effect === one}
            @change=${() => change({ ...spec, effect: one })}
          />
          ${say(`effect_${one}`)}
        </label>`,
    )}
  </fieldset>`;
}

function address(spec: Spec, kind: Kind, change: Change): TemplateResult {
  if (kind !== "http")
    return field("path", say("path_mcp"), spec.path, (path) => change({ ...spec, path }), { mono: true });
  const choose = (event: Event) =>
    change({ ...spec, method: (event.target as HTMLSelectElement).value as Spec["method"] });
  return html`<div class="tool-address">
    <div class="field">
      <label for="tool-method">${say("method")}</label>
      <select class="input" id="tool-method" @change=${choose}>
        ${["GET", "POST", "PUT", "PATCH", "DELETE"].map(
          (one) => html`<option ?selected=${one === spec.method}>${one}</option>`,
        )}
      </select>
    </div>
    ${field("path", say("path"), spec.path, (path) => change({ ...spec, path }), { mono: true })}
  </div>`;
}

function limits(spec: Spec, change: Change): TemplateResult {
  const number = (value: string, otherwise: number) => (Number.isFinite(Number(value)) ? Number(value) : otherwise);
  return html`<div class="tool-pair">
      ${field("timeout", say("timeout"), String(spec.timeout_s), (value) =>
        change({ ...spec, timeout_s: number(value, 5) }),
      )}
      ${field(
        "retries",
        say("retries"),
        String(spec.retries),
        (value) => change({ ...spec, retries: number(value, 1) }),
        { help: say("retries_help") },
      )}
    </div>
    ${
      spec.effect === "writing"
        ? field(
            "key",
            say("key_header"),
            spec.idempotency_header ?? "",
            (value) => change({ ...spec, idempotency_header: value.trim() || null }),
            { help: say("key_header_help"), mono: true },
          )
        : nothing
    }`;
}

function parameter(one: Parameter, at: number, spec: Spec, change: Change): TemplateResult {
  const set = (values: Partial<Parameter>) =>
    change({ ...spec, parameters: spec.parameters.map((old, index) => (index === at ? { ...old, ...values } : old)) });
  const flag = (name: "customer" | "required" | "masked", help = "") =>
    html`<label class="row" title=${help}>
      <input
        type="checkbox"
        class="checkbox"
        .checked=${one[name]}
        @change=${(event: Event) => set({ [name]: (event.target as HTMLInputElement).checked })}
      />
      ${say(name)}
    </label>`;
  return html`<details class="tool-parameter">
    <summary class="row">
      <span class="mono">${one.name}</span><span class="caption">${one.place}</span>
      ${one.customer ? html`<span class="badge accent push">${say("customer")}</span>` : nothing}
    </summary>
    <div class="stack">
      <div class="row">${flag("customer", say("customer_help"))} ${flag("required")} ${flag("masked")}</div>
      ${
        one.customer
          ? html`<p class="help">${say("customer_help")}</p>`
          : html`<div class="tool-pair">
                ${field(`label-zh-${at}`, say("label_zh"), one.label.zh, (zh) => set({ label: { ...one.label, zh } }))}
                ${field(`label-en-${at}`, say("label_en"), one.label.en, (en) => set({ label: { ...one.label, en } }))}
                ${field(`ask-zh-${at}`, say("ask_zh"), one.ask.zh, (zh) => set({ ask: { ...one.ask, zh } }))}
                ${field(`ask-en-${at}`, say("ask_en"), one.ask.en, (en) => set({ ask: { ...one.ask, en } }))}
              </div>
              ${field(`pattern-${at}`, say("pattern"), one.pattern ?? "", (value) => set({ pattern: value || null }), {
                help: say("pattern_help"),
                mono: true,
              })}`
      }
    </div>
  </details>`;
}

function everything(spec: Spec, change: Change, complain: (why: string) => void): TemplateResult {
  const read = (event: Event) => {
    try {
      change(JSON.parse((event.target as HTMLTextAreaElement).value) as Spec);
      complain("");
    } catch (error) {
      complain(say("json_wrong", { why: String(error) }));
    }
  };
  return html`<details>
    <summary>${say("json")}</summary>
    <textarea
      class="input mono tool-json"
      rows="16"
      spellcheck="false"
      aria-label=${say("json")}
      .value=${JSON.stringify(spec, null, 2)}
      @change=${read}
    ></textarea>
  </details>`;
}

export function settingsForm(spec: Spec, kind: Kind, change: Change, complain: (why: string) => void): TemplateResult {
  const list = (id: "examples" | "keep" | "mask", rows: number, help = "") =>
    field(id, say(id), spec[id].join("\n"), (value) => change({ ...spec, [id]: lines(value) }), {
      rows,
      help,
      mono: id !== "examples",
    });
  return html`
    ${twins("title", spec, change)}
    ${field("name", say("name"), spec.name, (name) => change({ ...spec, name: name.trim() }), {
      help: say("name_help"),
      mono: true,
    })}
    ${field("when", say("when"), spec.when, (when) => change({ ...spec, when }), { rows: 2 })}
    ${list("examples", 6, say("examples_help"))} ${effect(spec, change)} ${address(spec, kind, change)}
    ${limits(spec, change)}
    ${
      spec.parameters.length
        ? html`<div class="stack tool-parameters">
            <h3 class="title-13">${say("parameters")}</h3>
            ${spec.parameters.map((one, at) => parameter(one, at, spec, change))}
          </div>`
        : nothing
    }
    <div class="tool-pair">${list("keep", 3, say("keep_help"))} ${list("mask", 3)}</div>
    ${twins("template", spec, change, { rows: 4, mono: true, help: say("template_help") })}
    ${everything(spec, change, complain)}
  `;
}
