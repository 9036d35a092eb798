import type { Command } from './command.ts';
import { doctor } from './doctor.ts';
import { init } from './init.ts';
import { keysGenerateSecret } from './keys/generate-secret.ts';
import { tokenDecode } from './token/decode.ts';
import { tokenVerify } from './token/verify.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [init, doctor, keysGenerateSecret, tokenDecode, tokenVerify];
