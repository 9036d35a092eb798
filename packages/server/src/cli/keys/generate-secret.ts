import { randomBytes } from 'node:crypto';
import type { Command } from '../command.ts';

export const keysGenerateSecret: Command = {
  name: 'keys generate-secret',
  summary: 'Print 32 random bytes in base64url, for a master key or a signing secret',
  details: [
    'For COUNTERSIGN_MASTER_KEY or COUNTERSIGN_SIGNING_SECRET.',
    'Keeps nothing. Into a file of mode 0600: (umask 077 && countersign keys generate-secret > master.key)',
  ],
  run: async (call) => {
    const secret = randomBytes(32).toString('base64url');
    call.terminal.print(call.isJson ? JSON.stringify({ secret }) : secret);
    return 0;
  },
};
