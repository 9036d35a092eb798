import assert from 'node:assert/strict';
import type { TestServer } from '../../src/testing.ts';

/** Keeps cookies, follows redirects and sends the forms of pages, without a script. */
export interface Browser {
  readonly cookies: Map<string, string>;
  /** Path and query of the page that is shown. */
  readonly path: string;
  readonly text: string;
  /** Of the forms on the page. */
  readonly token: string;
  open(path: string): Promise<Response>;
  /** Sends the form of the page, or one with its token to another address. @param where  `stays` follows no redirect */
  send(
    fields: Readonly<Record<string, string>>,
    action?: string,
    where?: 'follows' | 'stays',
  ): Promise<Response>;
  signIn(identifier: string, password: string): Promise<void>;
}

export function createBrowser(server: TestServer, cookies = new Map<string, string>()): Browser {
  let path = '';
  let text = '';
  const ask = async (target: string, init: RequestInit): Promise<Response> => {
    // Budgets are full again: no test of another thing meets them.
    server.clock.advanceMs(1000);
    const headers = new Headers(init.headers);
    headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const answer = await server.fetch(target, { ...init, headers });
    for (const line of answer.headers.getSetCookie()) keep(cookies, line);
    return answer;
  };
  const show = async (target: string, answer: Response): Promise<Response> => {
    const location = answer.headers.get('location');
    if (answer.status === 303 && location?.startsWith('/')) return show(location, await ask(location, {}));
    path = target;
    text = await answer.clone().text();
    return answer;
  };
  const browser: Browser = {
    cookies,
    get path() {
      return path;
    },
    get text() {
      return text;
    },
    get token() {
      return /name="form_token" value="([\w-]{43})"/.exec(text)?.[1] ?? '';
    },
    open: async (target) => show(target, await ask(target, {})),
    async send(fields, action, where = 'follows') {
      const target = action ?? formOf(text);
      const answer = await ask(target, {
        method: 'POST',
        headers: { origin: server.issuer, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ form_token: browser.token, ...fields }).toString(),
      });
      return where === 'stays' ? answer : show(target, answer);
    },
    async signIn(identifier, password) {
      await browser.open('/sign-in');
      await browser.send({ identifier, password });
      assert.match(path, /^\/account/);
    },
  };
  return browser;
}

/** Where the form in the middle of the page goes. */
function formOf(text: string): string {
  const main = text.slice(text.indexOf('<main'));
  const action = /<form method="post" action="([^"]+)"/.exec(main)?.[1];
  assert.ok(action !== undefined, `no form: ${text}`);
  return action.replaceAll('&amp;', '&');
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split('; ');
  const at = pair.indexOf('=');
  const name = pair.slice(0, at);
  if (attributes.includes('Max-Age=0')) cookies.delete(name);
  else cookies.set(name, pair.slice(at + 1));
}
