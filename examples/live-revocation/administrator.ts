import type { Server } from 'countersign';

export interface Credentials {
  readonly identifier: string;
  readonly password: string;
}

export interface Administrator {
  /** @throws Error with what the auth server answered */
  call<Answer>(method: string, path: string, body: object): Promise<Answer>;
}

/**
 * Calls the administration of the auth server, without the network.
 *
 * Signs in for each call: the page's acts end the tokens of administrators too, and some of them ask for a
 * recent sign-in. Nothing is presented at the sign-in, so that it ends no session and makes no event.
 */
export function createAdministrator(server: Server, issuer: string, admin: Credentials): Administrator {
  const send = async (method: string, path: string, body: object, token?: string): Promise<Response> => {
    const headers = new Headers({ 'Content-Type': 'application/json' });
    if (token !== undefined) headers.set('Authorization', `Bearer ${token}`);
    const request = new Request(new URL(path, issuer), { method, headers, body: JSON.stringify(body) });
    const answer = await server.fetch(request);
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  return {
    async call(method, path, body) {
      const signedIn: { access_token: string } = await (await send('POST', '/v1/login', admin)).json();
      return await (await send(method, path, body, signedIn.access_token)).json();
    },
  };
}
