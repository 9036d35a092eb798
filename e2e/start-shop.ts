import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../packages/server/test/free-port.ts';
import { type RunningScript, runScript } from './run-script.ts';

export interface RunningShop extends RunningScript {
  readonly issuer: string;
  readonly url: string;
}

/** Runs the README's `npm start` on free ports and a database of its own. */
export async function startShop(): Promise<RunningShop> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-shop-'));
  const [authPort, shopPort] = await Promise.all([findFreePort(), findFreePort()]);
  const script = await runScript({
    words: ['start'],
    ready: 'Ctrl-C stops both servers.',
    environment: {
      COUNTERSIGN_PORT: String(authPort),
      SHOP_PORT: String(shopPort),
      COUNTERSIGN_DATABASE_URL: `sqlite:${join(folder, 'shop.db')}`,
      COUNTERSIGN_MASTER_KEY_FILE: undefined,
    },
    clean: () => rmSync(folder, { recursive: true, force: true }),
  });
  return { issuer: `http://localhost:${authPort}`, url: `http://localhost:${shopPort}`, ...script };
}
