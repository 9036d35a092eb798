import { randomBytes } from 'node:crypto';
import { minPasswordCharacters } from '../../rules/password-acceptable.ts';
import { BrokenOff, type Call, type Option, UsageError } from '../command.ts';

/** A password is never an argument: process lists and shell histories show those. */
export const passwordOptions: Readonly<Record<string, Option>> = {
  'password-stdin': { type: 'boolean', help: 'Read the password from standard input' },
  'password-generate': { type: 'boolean', help: 'Make a password and print it, once' },
};

export interface NewPassword {
  readonly password: string;
  /** Whether nobody has seen it yet, so that it must be printed. */
  readonly isGenerated: boolean;
}

/**
 * From standard input, from the generator, or asked for twice.
 *
 * @param leftAsItWas  what to say when the question is broken off
 * @throws UsageError, BrokenOff
 */
export async function readNewPassword(call: Call, leftAsItWas: string): Promise<NewPassword> {
  const isFromInput = call.isSet('password-stdin');
  if (isFromInput && call.isSet('password-generate')) {
    throw new UsageError('choose one of --password-stdin and --password-generate');
  }
  if (isFromInput) return { password: await call.terminal.readInput(), isGenerated: false };
  if (call.isSet('password-generate')) {
    return { password: randomBytes(18).toString('base64url'), isGenerated: true };
  }
  if (!call.terminal.isInteractive) {
    throw new UsageError('say where the password comes from: --password-stdin or --password-generate');
  }
  const ask = async (question: string): Promise<string> => {
    const answer = await call.terminal.askSecret(question);
    if (answer === undefined) throw new BrokenOff(leftAsItWas);
    return answer;
  };
  const password = await ask(`Password, at least ${minPasswordCharacters} characters: `);
  if (password !== (await ask('The same again: '))) {
    throw new UsageError('the two passwords differ');
  }
  return { password, isGenerated: false };
}
