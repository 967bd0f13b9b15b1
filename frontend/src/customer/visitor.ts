/** Who the company's site says the customer is: a signed claim behind the # of the address, read once and taken away. */

export interface VisitorClaim {
  user_id: string;
  name?: string;
  expires: number;
  nonce: string;
  signature: string;
}

const MARK = "#visitor=";

/** The claim the page was opened with. It never travels to a server as part of an address, and is good once. */
export function takeVisitor(): VisitorClaim | null {
  if (!location.hash.startsWith(MARK)) return null;
  const coded = location.hash.slice(MARK.length).replaceAll("-", "+").replaceAll("_", "/");
  history.replaceState(null, "", location.pathname + location.search);
  try {
    const bytes = Uint8Array.from(atob(coded), (letter) => letter.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) as VisitorClaim;
  } catch {
    return null;
  }
}
