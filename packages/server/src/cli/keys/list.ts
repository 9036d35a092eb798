import type { SigningKeySummary } from '../../base/house.ts';
import { listKeys } from '../../flows/admin/list-keys.ts';
import type { Call, Command, ExitCode } from '../command.ts';
import { withHouse } from '../open-house.ts';
import { timeInWords } from '../time-in-words.ts';
import { writeTable } from '../write-table.ts';

export const keysList: Command = {
  name: 'keys list',
  summary: 'List signing keys and from when until when each is used',
  run: list,
};

async function list(call: Call): Promise<ExitCode> {
  const keys = await withHouse(call.terminal, async (house) => listKeys(house));
  if (call.isJson) call.terminal.print(JSON.stringify({ items: keys.map(asJson) }));
  else if (keys.length === 0)
    call.terminal.print('Tokens are signed with a shared secret; there are no keys.');
  else call.terminal.print(writeKeys(keys, call.terminal.now()));
  return 0;
}

function writeKeys(keys: readonly SigningKeySummary[], nowMs: number): string {
  const time = (atMs: number | undefined): string =>
    atMs === undefined ? '-' : timeInWords(Math.floor(atMs / 1000), Math.floor(nowMs / 1000));
  return writeTable(
    ['key id', 'algorithm', 'state', 'signs from', 'signs until', 'published until'],
    keys.map((key) => [
      key.keyId,
      key.algorithm,
      key.state,
      time(key.signsFromMs),
      time(key.signsUntilMs),
      time(key.publishedUntilMs),
    ]),
  );
}

function asJson(key: SigningKeySummary): Readonly<Record<string, unknown>> {
  const time = (atMs: number | undefined): string | null =>
    atMs === undefined ? null : new Date(atMs).toISOString();
  return {
    key_id: key.keyId,
    algorithm: key.algorithm,
    state: key.state,
    created_at: time(key.createdAtMs),
    signs_from: time(key.signsFromMs),
    signs_until: time(key.signsUntilMs),
    published_until: time(key.publishedUntilMs),
  };
}
