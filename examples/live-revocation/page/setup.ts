export interface Setup {
  readonly issuer: string;
  readonly credentials: { readonly identifier: string; readonly password: string };
  readonly apis: readonly { readonly kind: 'express' | 'http'; readonly origin: string }[];
}

export const titles = { express: 'Express', http: 'node:http' } as const;

export async function readSetup(): Promise<Setup> {
  return await (await fetch('/setup.json')).json();
}

/** @throws Error when the page has none: it and its script belong together */
export function find(selector: string, within: ParentNode = document): HTMLElement {
  const found = within.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`the page has no ${selector}`);
  return found;
}
