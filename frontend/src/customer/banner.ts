/** One line over the thread while the network is away, comes back, or the conversation could not be fetched. */
import { html, nothing, type TemplateResult } from "lit";
import { Check, RefreshCw, TriangleAlert, WifiOff } from "lucide";
import { say as sayShared } from "../shared/i18n";
import { icon } from "../shared/icons";
import type { Session } from "./session";
import { say } from "./texts";

/** A connection that comes back within this time was never worth a word. */
const QUIET_MS = 2500;

export function connectionBanner(session: Session, now: number, retry: () => void): TemplateResult | typeof nothing {
  if (session.retryAt !== null) {
    const s = Math.max(0, Math.ceil((session.retryAt - now) / 1000));
    return html`<div class="banner danger" role="status">
      ${icon(TriangleAlert)}<span>${say("load_failed", { s })}</span>
    </div>`;
  }
  const { connection, lostSince } = session;
  if (connection === "lost" && now - lostSince > QUIET_MS)
    return html`<div class="banner warn">
      ${icon(WifiOff)}<span class="figures">${say("offline", { s: Math.round((now - lostSince) / 1000) })}</span>
      <button type="button" @click=${retry}>${sayShared("retry")}</button>
    </div>`;
  if (connection === "back") return html`<div class="banner info">${icon(RefreshCw)}<span>${say("back")}</span></div>`;
  if (connection === "caught_up")
    return html`<div class="banner ok" role="status">${icon(Check)}<span>${say("caught_up")}</span></div>`;
  return nothing;
}
