/** The page of the guard: words, links and attempts, the bank, versions; beside them a box to try a text. */
import { html, nothing, type TemplateResult } from "lit";
import guard from "../../../texts/guard.json";
import { ask } from "../../shared/api";
import { dayAndTime, sentences } from "../../shared/i18n";
import { tabList, tabPanel, type Tabs } from "../../shared/tabs";
import { AdminPage } from "../../staff/admin-page";
import { confirmIn } from "../../staff/confirm-dialog";
import { toast } from "../../staff/toast";
import "./guard-test";
import type { GuardTest } from "./guard-test";
import "./guard-words";
import type { GuardWords } from "./guard-words";
import type { Banked, BankResult, Guard, Settings, Version } from "./types";

const say = sentences(guard);
const TABS = ["words", "rules", "bank", "versions"] as const;
type Tab = (typeof TABS)[number];
const lines = (text: string) => text.split("\n").filter((line) => line.trim());

export class KefuGuard extends AdminPage {
  private guard: Guard | null = null;
  private versions: Version[] = [];
  private result: BankResult | null = null;
  private tab: Tab = "words";
  private dirty = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("guard-edited", () => this.edited());
    void this.load();
  }

  private edited(): void {
    this.dirty = true;
    this.requestUpdate();
  }

  private async load(): Promise<void> {
    try {
      const [found, versions] = await Promise.all([
        ask<Guard>("/api/v1/guard"),
        ask<{ items: Version[] }>("/api/v1/guard/versions"),
      ]);
      this.guard = found;
      this.versions = versions.items;
      this.dirty = false;
      this.error = "";
      this.result = null;
    } catch (error) {
      this.complain(error);
    }
    this.requestUpdate();
    await this.updateComplete;
    if (!this.guard) return;
    const words = this.querySelector("guard-words") as GuardWords;
    words.mayWrite = this.mayWrite;
    words.value = this.guard.settings.words;
    (this.querySelector("guard-test") as GuardTest).settings = () => this.value();
    this.fill("allowed", this.guard.settings.allowed);
    this.fill("hosts", this.guard.settings.hosts);
    for (const expects of ["refuse", "answer"] as const)
      this.fill(
        expects,
        this.guard.settings.bank.filter((one) => one.expects === expects).map((one) => one.text),
      );
  }

  private fill(name: string, values: readonly string[]): void {
    const area = this.querySelector<HTMLTextAreaElement>(`textarea[name=${name}]`);
    if (area) area.value = values.join("\n");
  }

  private read(name: string): string[] {
    return lines(this.querySelector<HTMLTextAreaElement>(`textarea[name=${name}]`)?.value ?? "");
  }

  private chosen<K extends "attacks" | "links">(name: K, usual: Settings[K]): Settings[K] {
    return (this.querySelector<HTMLSelectElement>(`[name=${name}]`)?.value ?? usual) as Settings[K];
  }

  /** The settings as they stand on the page; banked questions keep their category. */
  private value(): Settings {
    const known = new Map((this.guard?.settings.bank ?? []).map((one) => [one.text, one.category]));
    const bank = (["refuse", "answer"] as const).flatMap((expects): Banked[] =>
      this.read(expects).map((text) => ({ text, expects, category: known.get(text) ?? "" })),
    );
    return {
      words: (this.querySelector("guard-words") as GuardWords).value,
      allowed: this.read("allowed"),
      hosts: this.read("hosts"),
      attacks: this.chosen("attacks", "refuse"),
      links: this.chosen("links", "published"),
      bank,
      classifier: this.querySelector<HTMLInputElement>("[name=classifier]")?.checked ?? false,
    };
  }

  private save(): Promise<void> {
    return this.act(async () => {
      const body = { settings: this.value(), seen: this.guard?.number ?? 0 };
      const saved = await ask<Guard>("/api/v1/guard", { method: "PUT", body });
      toast(say("saved", { n: saved.number }));
      await this.load();
    });
  }

  private back(version: Version): Promise<void> {
    return this.act(async () => {
      const name = version.number ? say("version", { n: version.number }) : say("built_in");
      const question = {
        title: say("roll_back_title", { name }),
        text: say("roll_back_text"),
        action: say("roll_back"),
      };
      if (!(await confirmIn(this, question, "primary"))) return;
      const body = { to: version.number, seen: this.guard?.number ?? 0 };
      await ask<Guard>("/api/v1/guard/rollback", { method: "POST", body });
      toast(say("rolled_back", { name }));
      await this.load();
    });
  }

  private checkBank(): Promise<void> {
    return this.act(async () => {
      this.result = await ask<BankResult>("/api/v1/guard/bank/check", { method: "POST", body: this.value() });
    });
  }

  private area(name: string, label: string, help: string, rows: number): TemplateResult {
    return html`
      <label class="field">
        <span class="label">${label}</span>
        <textarea
          class="input"
          name=${name}
          rows=${rows}
          spellcheck="false"
          ?readonly=${!this.mayWrite}
          @input=${() => this.edited()}
        ></textarea>
        <span class="help">${help}</span>
      </label>
    `;
  }

  private choice(name: "attacks" | "links", values: readonly string[], chosen: string, help?: string): TemplateResult {
    return html`<label class="field">
      <span class="label">${say(name)}</span>
      <select class="input guard-choice" name=${name} ?disabled=${!this.mayWrite} @change=${() => this.edited()}>
        ${values.map(
          (one) =>
            html`<option value=${one} ?selected=${one === chosen}>${say(`${name}_${one}` as "attacks_log")}</option>`,
        )}
      </select>
      ${help ? html`<span class="help">${help}</span>` : nothing}
    </label>`;
  }

  private rules(): TemplateResult {
    const { attacks = "refuse", links = "published" } = this.guard?.settings ?? {};
    return html`
      ${this.choice("attacks", ["refuse", "hand_over", "log"], attacks, say("attacks_help"))}
      <div class="field">
        <span class="label">${say("classifier")}</span>
        <label class="row">
          <input
            type="checkbox"
            role="switch"
            class="switch"
            name="classifier"
            aria-describedby="classifier-help"
            ?checked=${this.guard?.settings.classifier}
            ?disabled=${!this.mayWrite}
            @change=${() => this.edited()}
          />
          ${say("classifier_switch")}
        </label>
        <span class="help" id="classifier-help">${say("classifier_help")}</span>
      </div>
      ${this.area("hosts", say("hosts"), say("hosts_help"), 5)} ${this.choice("links", ["published", "listed"], links)}
      ${this.area("allowed", say("allowed"), say("allowed_help"), 6)}
    `;
  }

  private bank(): TemplateResult {
    const result = this.result;
    return html`
      <p class="caption">${say("bank_help")}</p>
      <div class="guard-columns-2">
        ${this.area("refuse", say("must_refuse"), say("one_per_line"), 14)}
        ${this.area("answer", say("must_answer"), say("one_per_line"), 14)}
      </div>
      <div class="row">
        <button class="button" ?disabled=${this.busy} @click=${() => void this.checkBank()}>
          ${say("check_bank")}
        </button>
        <span aria-live="polite" class="figures">
          ${result ? say("bank_result", { ...result, failing: 0 }) : nothing}
        </span>
      </div>
      ${
        result?.failing.length
          ? html`<ul class="banner warn guard-list">
              ${result.failing.map((one) => html`<li>${one.text} · ${say(one.refused ? "was_refused" : "was_let_through")}</li>`)}
            </ul>`
          : nothing
      }
    `;
  }

  private history(): TemplateResult {
    return html`
      <ol class="stack guard-versions">
        ${this.versions.map(
          (one) => html`
            <li class="card row">
              <b>${one.number ? say("version", { n: one.number }) : say("built_in")}</b>
              <span class="caption">${say("version_facts", { words: one.words, bank: one.bank })}</span>
              <span class="caption push"
                >${one.created_by} ${one.created_at ? dayAndTime(new Date(one.created_at)) : nothing}</span
              >
              ${
                this.mayWrite && one.number !== this.guard?.number
                  ? html`<button class="button small" ?disabled=${this.busy} @click=${() => void this.back(one)}>
                      ${say("roll_back")}
                    </button>`
                  : one.number === this.guard?.number
                    ? html`<span class="badge ok">${say("in_force")}</span>`
                    : nothing
              }
            </li>
          `,
        )}
      </ol>
    `;
  }

  private get tabs(): Tabs<Tab> {
    return {
      id: "guard",
      label: say("title"),
      all: TABS.map((tab) => [tab, say(`tab_${tab}`)] as const),
      chosen: this.tab,
      choose: (tab) => {
        this.tab = tab;
        this.requestUpdate();
      },
    };
  }

  override render(): TemplateResult {
    const { tabs } = this;
    const settings = this.guard?.settings;
    return html`
      <header class="page-head">
        <div>
          <h1 class="title-20">${say("title")}</h1>
          <div class="caption">
            ${settings ? say("facts", { words: settings.words.length, bank: settings.bank.length, version: this.guard?.number || say("built_in") }) : nothing}
          </div>
        </div>
        ${
          this.mayWrite
            ? html`<div class="row push head-actions">
                ${this.dirty ? html`<span class="badge warn">${say("unsaved")}</span>` : nothing}
                <button
                  class="button primary"
                  ?disabled=${!this.dirty || this.busy}
                  aria-busy=${this.busy ? "true" : "false"}
                  @click=${() => void this.save()}
                >
                  ${say("save")}
                </button>
              </div>`
            : html`<span class="badge push">${say("read_only")}</span>`
        }
      </header>
      <div class="page-body stack">
        ${this.fault()}
        ${
          this.guard
            ? html`<div class="guard-columns">
                <div class="stack">
                  ${tabList(tabs)} ${tabPanel(tabs, "words", html`<guard-words class="stack"></guard-words>`)}
                  ${tabPanel(tabs, "rules", this.rules())} ${tabPanel(tabs, "bank", this.bank())}
                  ${tabPanel(tabs, "versions", this.history())}
                </div>
                <guard-test class="card stack"></guard-test>
              </div>`
            : this.waiting()
        }
      </div>
    `;
  }
}

customElements.define("kefu-guard", KefuGuard);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-guard": KefuGuard;
  }
}
