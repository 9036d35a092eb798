import { compromiseKey } from '../../flows/admin/compromise-key.ts';
import { type Call, type Command, type ExitCode, requiredOperand } from '../command.ts';
import { commandLine, withHouse } from '../open-house.ts';
import { reasonOption, requiredReason } from '../reason-option.ts';

export const keysCompromise: Command = {
  name: 'keys compromise',
  summary: 'Take a signing key out of use at once, because somebody else may have it',
  operands: ['<key id>'],
  options: { reason: reasonOption },
  details: [
    'The key is unpublished for good, every token of it is denied, and the next key signs.',
    'Sessions go on: clients renew. A running server sees it within 100 ms, and so does its feed.',
    'Services that know the published keys alone refuse it when they fetch them again: within 300 s.',
    'With a shared secret (HS256) there is no key: set another COUNTERSIGN_SIGNING_SECRET, here and in',
    'every service that verifies with it, and restart.',
  ],
  run: compromise,
};

async function compromise(call: Call): Promise<ExitCode> {
  const keyId = requiredOperand(call, 0);
  const reason = requiredReason(call);
  const { seq, signingKeyId } = await withHouse(call.terminal, (house, source) =>
    compromiseKey(house, { actor: commandLine, keyId, reason }, source),
  );
  call.terminal.print(
    call.isJson
      ? JSON.stringify({ key_id: keyId, seq, signing_key_id: signingKeyId })
      : `The key ${keyId} is out of use. Now signs: ${signingKeyId}`,
  );
  return 0;
}
