/** The buttons at the foot of the side navigation: language, light or dark, sign out. */
import { html, type TemplateResult } from "lit";
import { CircleUserRound, LogOut, Moon, Sun } from "lucide";
import staff from "../../texts/staff.json";
import { ask } from "../shared/api";
import { PartElement } from "../shared/element";
import { locale, say, sentences, setLocale } from "../shared/i18n";
import { icon } from "../shared/icons";
import { switchTheme, theme } from "../shared/theme";

const sayStaff = sentences(staff);

export class StaffMenu extends PartElement {
  private async signOut(): Promise<void> {
    await ask("/api/v1/session", { method: "DELETE" });
    location.assign("/sign-in");
  }

  private switchLanguage(): void {
    setLocale(locale() === "en" ? "zh-CN" : "en");
    location.reload();
  }

  private switchTheme(): void {
    switchTheme();
    this.requestUpdate();
  }

  override render(): TemplateResult {
    return html`
      <a class="button ghost icon-only small" href="/account" aria-label=${sayStaff("account")}>
        ${icon(CircleUserRound)}
      </a>
      <button class="button ghost small" @click=${() => this.switchLanguage()} aria-label=${say("language")}>
        ${locale() === "en" ? "中" : "EN"}
      </button>
      <button class="button ghost icon-only small" @click=${() => this.switchTheme()} aria-label=${say("theme")}>
        ${icon(theme() === "dark" ? Sun : Moon)}
      </button>
      <button
        class="button ghost icon-only small"
        @click=${() => void this.signOut()}
        aria-label=${sayStaff("sign_out")}
        title=${sayStaff("sign_out")}
      >
        ${icon(LogOut)}
      </button>
    `;
  }
}

customElements.define("staff-menu", StaffMenu);

declare global {
  interface HTMLElementTagNameMap {
    "staff-menu": StaffMenu;
  }
}
