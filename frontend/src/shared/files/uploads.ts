/** The files of one message that is being written: each uploads by itself, can be cancelled, and tried again. */
import files from "../../../texts/files.json";
import { ask, csrfToken, Problem } from "../api";
import { sentences } from "../i18n";
import { MOST_FILES, type Attachment, type FilePlace } from "./contract";

const say = sentences(files);

export interface Upload {
  key: number;
  file: File;
  state: "sending" | "ready" | "failed";
  /** 0 to 100. */
  percent: number;
  problem: string;
  stored: Attachment | null;
}

export class Uploads {
  items: readonly Upload[] = [];
  problem = "";
  private nextKey = 1;
  private readonly flights = new Map<number, XMLHttpRequest>();

  constructor(
    private readonly place: () => Promise<FilePlace>,
    private readonly changed: () => void,
  ) {}

  add(chosen: Iterable<File>): void {
    this.problem = "";
    for (const file of chosen) {
      if (this.items.length >= MOST_FILES) {
        this.problem = say("too_many", { n: MOST_FILES });
        break;
      }
      const item: Upload = { key: this.nextKey++, file, state: "sending", percent: 0, problem: "", stored: null };
      this.items = [...this.items, item];
      void this.send(item);
    }
    this.changed();
  }

  retry(key: number): void {
    const item = this.items.find((one) => one.key === key);
    if (item?.state !== "failed") return;
    this.change(key, { state: "sending", percent: 0, problem: "" });
    void this.send(item);
  }

  /** Takes a file away, wherever it has got to. */
  remove(key: number): void {
    const stored = this.items.find((one) => one.key === key)?.stored;
    this.flights.get(key)?.abort();
    this.items = this.items.filter((one) => one.key !== key);
    this.problem = "";
    this.changed();
    if (stored) void this.forget(stored);
  }

  /** Why a message cannot go out yet; "" when it can. */
  get holds(): string {
    if (this.items.some((one) => one.state === "sending")) return say("wait");
    return this.items.some((one) => one.state === "failed") ? say("settle") : "";
  }

  /** What goes out with the message; the next one begins without files. */
  take(): Attachment[] {
    const taken = this.items.flatMap((one) => (one.stored ? [one.stored] : []));
    this.items = [];
    this.changed();
    return taken;
  }

  /** Files of a message that was taken back before it went out. */
  restore(taken: readonly Attachment[]): void {
    const back = taken.map((stored): Upload => {
      const file = new File([], stored.name, { type: stored.media_type });
      return { key: this.nextKey++, file, state: "ready", percent: 100, problem: "", stored };
    });
    this.items = [...back, ...this.items];
    this.changed();
  }

  private async send({ key, file }: Upload): Promise<void> {
    try {
      const place = await this.place();
      if (!this.items.some((one) => one.key === key)) return;
      const stored = await this.upload(key, file, place);
      this.change(key, { state: "ready", percent: 100, stored });
    } catch (problem) {
      const told = problem instanceof Problem ? problem.detail : "";
      this.change(key, { state: "failed", problem: told || say("failed") });
    } finally {
      this.flights.delete(key);
    }
  }

  /** By XMLHttpRequest, which alone tells how much is gone. */
  private upload(key: number, file: File, { path, token }: FilePlace): Promise<Attachment> {
    return new Promise((done, fail) => {
      const request = new XMLHttpRequest();
      this.flights.set(key, request);
      request.open("POST", `${path}?name=${encodeURIComponent(file.name || "file")}`);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("Content-Type", "application/octet-stream");
      const csrf = csrfToken();
      if (token) request.setRequestHeader("Authorization", `Bearer ${token}`);
      else if (csrf) request.setRequestHeader("X-CSRF-Token", csrf);
      request.upload.onprogress = ({ loaded, total }) =>
        this.change(key, { percent: Math.min(99, Math.round((loaded / Math.max(1, total)) * 100)) });
      request.onload = () => {
        if (request.status === 201) done(JSON.parse(request.responseText) as Attachment);
        else fail(new Problem(request.status, `http_${request.status}`, detailIn(request.responseText)));
      };
      request.onerror = () => fail(new Problem(0, "network", ""));
      request.onabort = () => fail(new Problem(0, "cancelled", ""));
      request.send(file);
    });
  }

  private async forget(stored: Attachment): Promise<void> {
    try {
      const { path, token } = await this.place();
      await ask(`${path}/${stored.attachment_id}`, { method: "DELETE", token });
    } catch {
      // what is never sent is swept
    }
  }

  private change(key: number, change: Partial<Upload>): void {
    this.items = this.items.map((one) => (one.key === key ? { ...one, ...change } : one));
    this.changed();
  }
}

function detailIn(body: string): string {
  try {
    return (JSON.parse(body) as { detail?: string }).detail ?? "";
  } catch {
    return "";
  }
}
