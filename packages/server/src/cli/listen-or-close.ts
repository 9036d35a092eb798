import { StartRefusal } from '../base/start-refusal.ts';

export interface Listener {
  listen(): Promise<{ readonly url: string }>;
  close(): Promise<void>;
}

const listenFaults: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken by another process; stop that one, or set COUNTERSIGN_PORT',
  EACCES: 'may not be used by this user; set COUNTERSIGN_PORT to 1024 or above',
  EADDRNOTAVAIL: 'is not an address of this machine; set COUNTERSIGN_HOST',
  ENOTFOUND: 'is not a name that this machine knows; set COUNTERSIGN_HOST',
};

/** @throws StartRefusal when the address cannot be had */
export async function listenOrClose(
  server: Listener,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  try {
    const { url } = await server.listen();
    return url;
  } catch (error) {
    await server.close();
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const fault = Object.hasOwn(listenFaults, code) ? listenFaults[code] : undefined;
    throw fault === undefined ? error : new StartRefusal(`${host}:${port} ${fault}`);
  }
}
