/** Finding the parts of a page that a template promised. */

/** The one element a selector names, of the kind it must be; a template that broke its promise fails loudly. */
export function part<T extends Element>(root: ParentNode, selector: string, kind: new () => T): T {
  const found = root.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`the page has no ${selector}`);
  return found;
}
