import { clientsCreate } from './clients/create.ts';
import { clientsList } from './clients/list.ts';
import type { Command } from './command.ts';
import { doctor } from './doctor.ts';
import { init } from './init.ts';
import { keysGenerateSecret } from './keys/generate-secret.ts';
import { keysList } from './keys/list.ts';
import { keysRotate } from './keys/rotate.ts';
import { serve } from './serve.ts';
import { tokenDecode } from './token/decode.ts';
import { tokenVerify } from './token/verify.ts';
import { usersCreate } from './users/create.ts';
import { usersDisable, usersEnable } from './users/disable.ts';
import { usersList } from './users/list.ts';
import { usersSetPassword } from './users/set-password.ts';
import { usersSetRoles } from './users/set-roles.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  init,
  serve,
  doctor,
  usersCreate,
  usersList,
  usersDisable,
  usersEnable,
  usersSetPassword,
  usersSetRoles,
  clientsCreate,
  clientsList,
  keysList,
  keysRotate,
  keysGenerateSecret,
  tokenDecode,
  tokenVerify,
];
