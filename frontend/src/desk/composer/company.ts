/** Who else looks at this conversation and who writes in it: tells the others what we do, keeps what they tell. */
import { ask } from "../../shared/api";

export type Doing = "reading" | "replying" | "noting" | "left";

const AGAIN_MS = 10_000;
const TYPING_MS = 3_000;
const PAUSE_MS = 6_000;
const GONE_MS = 16_000;

interface Other {
  name: string;
  doing: Doing;
  until: number;
}

export class Company {
  private readonly others = new Map<string, Other>();
  private customerUntil = 0;
  private doing: Doing = "reading";
  private toldAt = 0;
  private timer: number | undefined;
  private pause: number | undefined;

  constructor(
    private readonly path: string,
    private readonly me: string,
    private readonly changed: () => void,
  ) {}

  begin(): void {
    this.say("reading", true);
    this.timer = window.setInterval(() => {
      if (!document.hidden && Date.now() - this.toldAt >= AGAIN_MS) this.say(this.doing, true);
      this.forget();
    }, 1000);
  }

  end(): void {
    clearInterval(this.timer);
    clearTimeout(this.pause);
    this.say("left", true);
  }

  /** Somebody typed here: said at once, then every few seconds for as long as it goes on. */
  typed(doing: Doing): void {
    this.say(doing);
    clearTimeout(this.pause);
    this.pause = window.setTimeout(() => this.say("reading"), PAUSE_MS);
  }

  /** The box is empty again. */
  rest(): void {
    clearTimeout(this.pause);
    this.say("reading");
  }

  hear(name: string, data: { staff_id?: string; name?: string; doing?: Doing }): void {
    if (name === "customer.typing") this.customerUntil = Date.now() + PAUSE_MS;
    else if (name === "colleague.doing" && data.staff_id && data.staff_id !== this.me) {
      const isNew = !this.others.has(data.staff_id);
      if (data.doing === "left") this.others.delete(data.staff_id);
      else
        this.others.set(data.staff_id, {
          name: data.name ?? "",
          doing: data.doing ?? "reading",
          until: Date.now() + GONE_MS,
        });
      if (isNew && data.doing !== "left") this.say(this.doing, true);
    } else return;
    this.changed();
  }

  customerSpoke(): void {
    this.customerUntil = 0;
    this.changed();
  }

  get customerTypes(): boolean {
    return Date.now() < this.customerUntil;
  }

  /** Who does that here now, by name. */
  doingNow(doing: Doing): string[] {
    return [...this.others.values()].filter((one) => one.doing === doing).map((one) => one.name);
  }

  private say(doing: Doing, again = false): void {
    const soon = Date.now() - this.toldAt < TYPING_MS;
    if (doing === this.doing && !again && (soon || doing === "reading")) return;
    this.doing = doing;
    this.toldAt = Date.now();
    const keepalive = doing === "left";
    void ask(this.path, { method: "POST", body: { doing }, keepalive }).catch(() => undefined);
  }

  private forget(): void {
    const now = Date.now();
    let gone = this.customerUntil > 0 && now >= this.customerUntil;
    if (gone) this.customerUntil = 0;
    for (const [id, other] of this.others)
      if (now >= other.until) {
        this.others.delete(id);
        gone = true;
      }
    if (gone) this.changed();
  }
}
