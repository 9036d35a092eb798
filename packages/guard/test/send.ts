import { request } from 'node:http';

export interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** GET over a socket, with the header lines exactly as given: repeated, malformed or long. */
export function send(url: string, headerLines: readonly string[] = []): Promise<Received> {
  const { host } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { headers: ['Host', host, ...headerLines], agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body });
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

export function withToken(url: string, token: string): Promise<Received> {
  return send(url, ['Authorization', `Bearer ${token}`]);
}
