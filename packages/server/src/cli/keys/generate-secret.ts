import { randomBytes } from 'node:crypto';
import type { Command } from '../command.ts';

export const keysGenerateSecret: Command = {
  name: 'keys generate-secret',
  summary: 'Print 32 random bytes in base64url, for MASTER_KEY or SIGNING_SECRET',
  details: [
    'Keeps nothing. Into a file of mode 0600: (umask 077 && countersign keys generate-secret > master.key)',
  ],
  run: async (call) => {
    const secret = randomBytes(32).toString('base64url');
    call.terminal.print(call.isJson ? JSON.stringify({ secret }) : secret);
    return 0;
  },
};
