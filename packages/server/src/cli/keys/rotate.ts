import { rotateKeys } from '../../flows/admin/rotate-keys.ts';
import type { Call, Command, ExitCode } from '../command.ts';
import { commandLine, withHouse } from '../open-house.ts';
import { timeInWords } from '../time-in-words.ts';

export const keysRotate: Command = {
  name: 'keys rotate',
  summary: 'Plan the change to the next signing key; running servers notice it',
  details: ['The next key is published before it signs, and the old one for as long as its tokens live.'],
  run: rotate,
};

async function rotate(call: Call): Promise<ExitCode> {
  const { terminal } = call;
  const { keyId, signsFromMs } = await withHouse(terminal, (house, source) =>
    rotateKeys(house, { actor: commandLine }, source),
  );
  const when = timeInWords(Math.floor(signsFromMs / 1000), Math.floor(terminal.now() / 1000));
  terminal.print(
    call.isJson
      ? JSON.stringify({ key_id: keyId, signs_from: new Date(signsFromMs).toISOString() })
      : `The key ${keyId} signs from ${when}.`,
  );
  return 0;
}
