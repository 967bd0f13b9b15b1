/** Ids made in the browser. */

/** crypto.randomUUID exists only on https and localhost; a plain-http intranet needs this too. */
export function newClientId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
