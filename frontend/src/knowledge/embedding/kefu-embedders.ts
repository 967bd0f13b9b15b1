/** The page of embedders: the present one, the one on its way, past ones and candidates, live. */
import { html, nothing, type TemplateResult } from "lit";
import { GraduationCap, Info, Plus, RefreshCw, Server, TriangleAlert } from "lucide";
import { ask, Problem } from "../../shared/api";
import { PartElement } from "../../shared/element";
import { dayAndTime, say as sayShared } from "../../shared/i18n";
import { icon } from "../../shared/icons";
import { LiveStream } from "../../shared/live";
import { confirmIn } from "../../staff/confirm-dialog";
import { toast } from "../../staff/toast";
import { probeResult } from "./candidate-dialog";
import { comparison } from "./comparison";
import { askToSwitch } from "./reason-dialog";
import { runCard } from "./run-card";
import "./threshold-dialog";
import {
  bytes,
  count,
  EMBEDDERS,
  nameOf,
  reasonText,
  say,
  type Candidate,
  type Embedder,
  type Overview,
  type Run,
} from "./types";

const OPEN = new Set<Run["state"]>(["running", "paused", "failed", "ready"]);
const TONES = { present: "ok", future: "accent", planned: "accent", past: "" } as const;

interface Switched {
  at_once: boolean;
  missing: number;
}

export class KefuEmbedders extends PartElement {
  private seen: Overview | null = null;
  private failed = false;
  private lost = false;
  private live: LiveStream | null = null;
  private probing = new Set<string>();

  override connectedCallback(): void {
    this.replaceChildren();
    super.connectedCallback();
    this.live = new LiveStream(`${EMBEDDERS}/events`, {
      onEvent: ({ name, data }) => {
        if (name === "embedders.updated") this.show(data as Overview);
      },
      onLost: () => {
        this.lost = true;
        this.failed = !this.seen;
        this.requestUpdate();
      },
      onOpen: () => {
        this.lost = this.failed = false;
        this.requestUpdate();
      },
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.live?.close();
  }

  private show(seen: Overview): void {
    this.seen = seen;
    this.lost = this.failed = false;
    this.requestUpdate();
  }

  private get run(): Run | null {
    const run = this.seen?.run ?? null;
    return run && OPEN.has(run.state) ? run : null;
  }

  private embedder(id: string | undefined): Embedder | undefined {
    return this.seen?.items.find((one) => one.embedder_id === id);
  }

  /** Sends an order, says what came of it, and shows what is so now. */
  private async order(
    path: string,
    done: (answer: Switched) => string,
    options: { method?: "POST" | "DELETE"; body?: unknown } = {},
  ): Promise<void> {
    try {
      const { method = "POST", body = {} } = options;
      const sent = method === "DELETE" ? { method } : { method, body, timeoutMs: 90_000 };
      toast(done(await ask<Switched>(`${EMBEDDERS}${path}`, sent)));
      this.show(await ask<Overview>(EMBEDDERS));
    } catch (error) {
      toast(error instanceof Problem && error.detail ? error.detail : sayShared("network"), "alert");
    }
  }

  private start(candidate: Candidate | null, tuned = false): void {
    const named = candidate?.candidate_id
      ? { candidate_id: candidate.candidate_id }
      : { kind: candidate ? "openai" : "hashed", tuned };
    void this.order("", () => say("started"), { body: named });
  }

  private async cancel(run: Run): Promise<void> {
    const model = nameOf(this.embedder(run.embedder_id));
    const question = {
      title: say("cancel_title", { model }),
      text: say("cancel_text", { n: count(run.progress.done) }),
      action: say("cancel"),
    };
    if (await confirmIn(this, question)) await this.order(`/runs/${run.run_id}/cancel`, () => say("run_cancelled"));
  }

  private async takeOver(run: Run): Promise<void> {
    const { verdict } = run.comparison;
    const against = verdict && !verdict.passes ? verdict.reasons.map(reasonText) : [];
    const reason = await askToSwitch(this, nameOf(this.embedder(run.embedder_id)), against);
    if (reason === null) return;
    await this.order(`/runs/${run.run_id}/switch`, (answer) => this.told(answer), {
      body: reason ? { reason } : {},
    });
  }

  private told(answer: Switched): string {
    return answer.at_once ? say("switched") : say("fills_first", { n: count(answer.missing) });
  }

  private async rollBack(embedder: Embedder): Promise<void> {
    let missing: number;
    try {
      ({ missing } = await ask<{ missing: number }>(`${EMBEDDERS}/${embedder.embedder_id}/missing`));
    } catch {
      toast(sayShared("network"), "alert");
      return;
    }
    const question = {
      title: say("back_title", { model: nameOf(embedder) }),
      text: missing ? say("back_later", { n: count(missing) }) : say("back_now"),
      action: say("roll_back"),
    };
    if (await confirmIn(this, question))
      await this.order(`/${embedder.embedder_id}/roll-back`, (answer) => this.told(answer));
  }

  private async retire(embedder: Embedder): Promise<void> {
    const question = {
      title: say("retire_title", { model: nameOf(embedder) }),
      text: say("retire_text", { size: bytes(embedder.size_bytes) }),
      action: say("retire"),
    };
    if (await confirmIn(this, question))
      await this.order(`/${embedder.embedder_id}`, () => say("done"), { method: "DELETE" });
  }

  private async forget(candidate: Candidate): Promise<void> {
    const question = {
      title: say("delete_title", { model: candidate.model }),
      text: say("delete_text"),
      action: say("delete"),
    };
    if (await confirmIn(this, question))
      await this.order(`/candidates/${candidate.candidate_id}`, () => say("done"), { method: "DELETE" });
  }

  private async probe(candidate: Candidate): Promise<void> {
    const id = candidate.candidate_id ?? "";
    this.probing.add(id);
    this.requestUpdate();
    await this.order(`/candidates/${id}/probe`, () => say("done"));
    this.probing.delete(id);
    this.requestUpdate();
  }

  private row(one: Embedder): TemplateResult {
    return html`
      <tr>
        <td>
          <b>${nameOf(one)}</b>
          <div class="caption">${one.kind === "hashed" ? one.model : (one.address ?? "KEFU_EMBED_URL")}</div>
        </td>
        <td>
          <span class="badge ${TONES[one.state]}"><span class="dot"></span>${say(`state_${one.state}`)}</span>
        </td>
        <td class="number">
          ${
            one.indexed
              ? count(one.dimensions)
              : html`<span class="definition" title=${say("no_index")}>${count(one.dimensions)}</span>`
          }
        </td>
        <td class="number">
          ${one.threshold.toFixed(3)}
          ${
            one.points.length
              ? html`<button
                  class="link-button"
                  aria-label="${say("choose_threshold")} ${nameOf(one)}"
                  @click=${() => this.querySelector("threshold-dialog")?.open(one)}
                >
                  ${say("choose_threshold")}
                </button>`
              : nothing
          }
        </td>
        <td class="number">${bytes(one.size_bytes)}</td>
        <td class="wide-only figures">${dayAndTime(new Date(one.created_at))}</td>
        <td>
          ${
            one.state === "past"
              ? html`<span class="embed-actions">
                  <button class="button small" @click=${() => void this.rollBack(one)}>${say("roll_back")}</button>
                  <button class="button small danger-ghost" @click=${() => void this.retire(one)}>
                    ${say("retire")}
                  </button>
                </span>`
              : nothing
          }
        </td>
      </tr>
    `;
  }

  private embedders(items: Embedder[]): TemplateResult {
    const order = ["present", "future", "planned", "past"];
    const sorted = [...items].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
    const columns = ["model", "state", "dimensions", "threshold", "size", "since", "actions"] as const;
    const looks: Partial<Record<string, string>> = { dimensions: "number", threshold: "number", size: "number" };
    return html`
      <section class="stack">
        <h2 class="title-15">${say("all")}</h2>
        <div class="table-scroll" tabindex="0" role="region" aria-label=${say("all")}>
          <table class="table">
            <thead>
              <tr>
                ${columns.map(
                  (name) =>
                    html`<th scope="col" class=${looks[name] ?? (name === "since" ? "wide-only" : "")}>
                      ${say(name)}
                    </th>`,
                )}
              </tr>
            </thead>
            <tbody>
              ${sorted.map((one) => this.row(one))}
            </tbody>
          </table>
        </div>
      </section>
    `;
  }

  private candidate(one: Candidate): TemplateResult {
    const added = one.candidate_id !== null;
    return html`
      <li class="embed-candidate">
        <div>
          <b>${one.model}</b> ${added ? nothing : html`<span class="badge">${say("from_settings")}</span>`}
          ${one.has_key ? html`<span class="badge">${say("has_key")}</span>` : nothing}
          <div class="caption embed-address">${one.base_url}</div>
        </div>
        <div class="embed-probe">${one.probe ? html`<span>${probeResult(one.probe)}</span>` : say("not_probed")}</div>
        <span class="embed-actions">
          ${
            added
              ? html`<button
                    class="button small"
                    aria-busy=${this.probing.has(one.candidate_id ?? "") ? "true" : "false"}
                    @click=${() => void this.probe(one)}
                  >
                    ${say("probe")}
                  </button>
                  <button class="button small" @click=${() => this.querySelector("candidate-dialog")?.open(one)}>
                    ${say("change_key")}
                  </button>
                  <button class="button small danger-ghost" @click=${() => void this.forget(one)}>
                    ${say("delete")}
                  </button>`
              : nothing
          }
          <button class="button small primary" ?disabled=${this.run !== null} @click=${() => this.start(one)}>
            ${say("start_it")}
          </button>
        </span>
      </li>
    `;
  }

  private candidates(list: Candidate[]): TemplateResult {
    return html`
      <section class="stack">
        <div>
          <h2 class="title-15">${say("candidates")}</h2>
          <div class="caption">${say("candidates_text")}</div>
        </div>
        ${
          list.length
            ? html`<ul class="embed-candidates">
                ${list.map((one) => this.candidate(one))}
              </ul>`
            : html`<div class="state">
                <span class="state-mark">${icon(Server, 20)}</span>
                <h3>${say("candidates_empty")}</h3>
                <p>${say("candidates_empty_next")}</p>
              </div>`
        }
      </section>
    `;
  }

  private unused(seen: Overview): TemplateResult {
    const named = seen.candidates.find((one) => one.candidate_id === null);
    return html`<div class="banner info">
      ${icon(Info)} <span>${say("unused", { model: named?.model || "KEFU_EMBED_MODEL", n: count(seen.chunks) })}</span>
      <button class="button small" @click=${() => this.start(named ?? null)}>${say("start_it")}</button>
    </div>`;
  }

  private body(): TemplateResult {
    if (this.failed)
      return html`<div class="state" role="alert">
        <span class="state-mark danger">${icon(TriangleAlert, 20)}</span>
        <h2>${say("failed")}</h2>
      </div>`;
    const seen = this.seen;
    if (!seen) return html`<div class="skeleton embed-skeleton" aria-busy="true"></div>`;
    const run = this.run;
    const future = run ? this.embedder(run.embedder_id) : undefined;
    const step = (verb: "pause" | "resume") => () =>
      void this.order(`/runs/${run?.run_id}/${verb}`, () => say(verb === "pause" ? "run_paused" : "run_running"));
    return html`
      ${this.lost ? html`<div class="banner warn" role="status">${icon(TriangleAlert)} ${say("lost")}</div>` : nothing}
      ${seen.unused_server ? this.unused(seen) : nothing}
      ${
        run
          ? runCard(run, future, { pause: step("pause"), resume: step("resume"), cancel: () => void this.cancel(run) })
          : nothing
      }
      ${
        run?.state === "ready"
          ? comparison(
              run,
              seen.items.find((one) => one.state === "present"),
              future,
              {
                again: () => void this.order(`/runs/${run.run_id}/compare`, () => say("started")),
                takeOver: () => void this.takeOver(run),
              },
            )
          : nothing
      }
      ${this.embedders(seen.items)} ${this.candidates(seen.candidates)}
    `;
  }

  override render(): TemplateResult {
    return html`
      <header class="page-head">
        <div>
          <h1 class="title-20">${say("title")}</h1>
          <div class="caption">${say("subtitle")}</div>
        </div>
        <span class="embed-actions push">
          <button class="button" ?disabled=${this.run !== null || !this.seen} @click=${() => this.start(null)}>
            ${icon(RefreshCw)} ${say("refit")}
          </button>
          <button
            class="button"
            title=${say("tune_help")}
            ?disabled=${this.run !== null || !this.seen}
            @click=${() => this.start(null, true)}
          >
            ${icon(GraduationCap)} ${say("tune")}
          </button>
          <button class="button primary" @click=${() => this.querySelector("candidate-dialog")?.open(null)}>
            ${icon(Plus)} ${say("add")}
          </button>
        </span>
      </header>
      <div class="page-body stack embed-body">${this.body()}</div>
      <candidate-dialog
        @candidate-saved=${() => void ask<Overview>(EMBEDDERS).then((seen) => this.show(seen))}
      ></candidate-dialog>
      <threshold-dialog></threshold-dialog>
    `;
  }
}

customElements.define("kefu-embedders", KefuEmbedders);

declare global {
  interface HTMLElementTagNameMap {
    "kefu-embedders": KefuEmbedders;
  }
}
