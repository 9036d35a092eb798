import { clientsCreate } from './clients/create.ts';
import { clientsList } from './clients/list.ts';
import type { Command } from './command.ts';
import { declareRestoreCommand } from './declare-restore.ts';
import { doctor } from './doctor.ts';
import { init } from './init.ts';
import { keysCompromise } from './keys/compromise.ts';
import { keysGenerateSecret } from './keys/generate-secret.ts';
import { keysList } from './keys/list.ts';
import { keysRotate } from './keys/rotate.ts';
import { passwordsBuildFilter } from './passwords/build-filter.ts';
import { raceTest } from './race-test/race-test.ts';
import { relay } from './relay.ts';
import { revokeCommands } from './revoke.ts';
import { serve } from './serve.ts';
import { sessionsEnd } from './sessions/end.ts';
import { sessionsList } from './sessions/list.ts';
import { tokenDecode } from './token/decode.ts';
import { tokenExplain } from './token/explain.ts';
import { tokenSign } from './token/sign.ts';
import { tokenVerify } from './token/verify.ts';
import { usersCreate } from './users/create.ts';
import { usersDisable, usersEnable } from './users/disable.ts';
import { usersResetFactors } from './users/reset-factors.ts';
import { usersInvite } from './users/invite.ts';
import { usersList } from './users/list.ts';
import { usersSetPassword } from './users/set-password.ts';
import { usersSetRoles } from './users/set-roles.ts';
import { webhookCommands } from './webhooks/commands.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  init,
  serve,
  relay,
  doctor,
  usersCreate,
  usersInvite,
  usersList,
  usersDisable,
  usersEnable,
  usersResetFactors,
  usersSetPassword,
  usersSetRoles,
  sessionsList,
  sessionsEnd,
  ...revokeCommands,
  clientsCreate,
  clientsList,
  ...webhookCommands,
  keysList,
  keysRotate,
  keysCompromise,
  keysGenerateSecret,
  tokenDecode,
  tokenVerify,
  tokenExplain,
  tokenSign,
  declareRestoreCommand,
  passwordsBuildFilter,
  raceTest,
];
