import { type Call, UsageError } from '../command.ts';

/**
 * The token that was typed, or standard input when it is absent or `-`.
 * A leading `Bearer ` and line breaks around it are taken off.
 */
export async function readToken(call: Call): Promise<string> {
  const [operand] = call.operands;
  const isInput = operand === undefined || operand === '-';
  if (isInput && call.terminal.isInteractive) call.terminal.warn('Paste the token, then press Ctrl-D:');
  const text = isInput ? await call.terminal.readInput() : operand;
  const token = text.trim().replace(/^Bearer +/i, '');
  if (token === '') throw new UsageError('there is no token on standard input');
  return token;
}
