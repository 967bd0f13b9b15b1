/** The only place that fetches JSON: bearer or CSRF header, a time limit, and problem+json as a typed error. */

const TIMEOUT_MS = 20_000;

/** What the server (or the network, status 0) answered instead of a result. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly retryAfterS: number | null = null,
    readonly requestId: string | null = null,
    /** What the answer says beside the usual members: the other's text in a conflict. */
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail || code);
  }

  /** True when nothing was decided and the same request may simply be sent again. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export interface Ask {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  token?: string | undefined;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  timeoutMs?: number;
  /** Goes on when the page is left. */
  keepalive?: boolean;
}

export function csrfToken(): string | undefined {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content;
}

function requestHeaders(options: Ask): Headers {
  const headers = new Headers(options.headers);
  if (!headers.has("Accept")) headers.set("Accept", "application/json");
  if (options.body !== undefined && !(options.body instanceof FormData))
    headers.set("Content-Type", "application/json");
  const csrf = csrfToken();
  if (options.token) headers.set("Authorization", `Bearer ${options.token}`);
  else if (csrf) headers.set("X-CSRF-Token", csrf);
  return headers;
}

function bodyOf(body: unknown): BodyInit | null {
  if (body === undefined) return null;
  return body instanceof FormData ? body : JSON.stringify(body);
}

/** The problem+json of a failed response; a body that is none still gives a usable error. */
export async function problemOf(response: Response): Promise<Problem> {
  const wait = Number(response.headers.get("Retry-After"));
  let told: { code?: string; detail?: string; title?: string; request_id?: string } = {};
  try {
    told = (await response.json()) as typeof told;
  } catch {
    // a proxy's HTML page, or nothing
  }
  return new Problem(
    response.status,
    told.code ?? `http_${response.status}`,
    told.detail ?? told.title ?? "",
    Number.isFinite(wait) && wait > 0 ? wait : null,
    told.request_id ?? response.headers.get("X-Request-ID"),
    told,
  );
}

async function send(path: string, options: Ask): Promise<Response> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), options.timeoutMs ?? TIMEOUT_MS);
  options.signal?.addEventListener("abort", () => limit.abort());
  try {
    return await fetch(path, {
      method: options.method ?? "GET",
      headers: requestHeaders(options),
      body: bodyOf(options.body),
      credentials: options.token ? "omit" : "same-origin",
      signal: limit.signal,
      keepalive: options.keepalive ?? false,
    });
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw new Problem(0, "network", "");
  } finally {
    clearTimeout(timer);
  }
}

/** Sends a request and gives its JSON (undefined where there is none). Raises Problem. */
export async function ask<T>(path: string, options: Ask = {}): Promise<T> {
  const response = await send(path, options);
  if (!response.ok) throw await problemOf(response);
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

/** The bytes of a file. Raises Problem. */
export async function askBlob(path: string, options: Ask = {}): Promise<Blob> {
  const response = await send(path, { ...options, headers: { Accept: "*/*, application/json" }, timeoutMs: 60_000 });
  if (!response.ok) throw await problemOf(response);
  return response.blob();
}

/** A page of ours as it would be now; null when it cannot be had, or when it is another one (the sign-in). */
export async function askPage(path: string): Promise<Document | null> {
  const response = await send(path, { headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) return null;
  return new DOMParser().parseFromString(await response.text(), "text/html");
}
