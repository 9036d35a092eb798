import { askForEmailProof } from '../../../src/flows/ask-for-email-proof.ts';
import { askForNewEmail } from '../../../src/flows/ask-for-new-email.ts';
import { confirmNewEmail } from '../../../src/flows/confirm-new-email.ts';
import { verifyEmail } from '../../../src/flows/verify-email.ts';
import { callerOf } from '../../flows/test-house.ts';
import { lastToken } from '../../flows/mailbox-ground.ts';
import { fromBrowser, password, source } from '../http-ground.ts';
import type { Cast, Scenario, Scenarios } from './scenario.ts';

async function proofToken({ server: { house }, user }: Cast): Promise<string> {
  askForEmailProof(house, { email: user.email }, source);
  return lastToken(house, 'verify-email', user.email);
}

let addresses = 0;

async function newEmailToken({ server: { house }, user }: Cast): Promise<string> {
  addresses += 1;
  const email = `another-${addresses}@example.com`;
  await askForNewEmail(house, { caller: await callerOf(house, user), email }, source);
  return lastToken(house, 'change-email-confirm', email);
}

async function undoToken(cast: Cast): Promise<string> {
  const { house } = cast.server;
  await confirmProof(cast);
  const token = await newEmailToken(cast);
  await confirmNewEmail(house, { token, password }, source);
  return lastToken(house, 'email-changed', cast.user.email);
}

/** Only an address that was proven can be taken back to. */
async function confirmProof(cast: Cast): Promise<void> {
  await verifyEmail(cast.server.house, { token: await proofToken(cast), password }, source);
}

const dead: Scenario = {
  name: 'a link that is none',
  call: ({ server }) => fromBrowser(server, undefined, { token: 'x' }),
  status: 400,
  contains: ['data-code="invalid_link"'],
};

/** mail programs open links by themselves. */
function shows(path: string, token: (cast: Cast) => Promise<string>, contains: readonly string[]): Scenario {
  return {
    name: 'A-147: shows what the link is for, and changes nothing',
    call: async (cast) => ({ path: `${path}?token=${await token(cast)}` }),
    status: 200,
    contains: ['name="token"', ...contains],
  };
}

function wrongPassword(token: (cast: Cast) => Promise<string>): Scenario {
  return {
    name: 'A-152: the link without the right password proves nothing',
    call: async (cast) =>
      fromBrowser(cast.server, undefined, { token: await token(cast), password: 'a guess of somebody' }),
    status: 401,
    contains: ['data-code="invalid_credentials"', 'name="token"'],
    excludes: ['a guess of somebody'],
    audit: ['account.proof-failed'],
  };
}

export const mailboxPageScenarios: Scenarios = {
  'GET /verify-email': [
    shows('/verify-email', proofToken, ['Is this your mailbox?', 'autocomplete="current-password"']),
    { ...dead, call: () => ({ path: '/verify-email?token=x' }) },
  ],
  'POST /verify-email': [
    {
      name: 'proves the address with link and password',
      call: async (cast) => fromBrowser(cast.server, undefined, { token: await proofToken(cast), password }),
      status: 303,
      headers: { location: /^\/sign-in\?notice=verified$/ },
      audit: ['account.email-verified'],
    },
    wrongPassword(proofToken),
    dead,
  ],
  'GET /confirm-email': [
    shows('/confirm-email', newEmailToken, ['Use this address']),
    { ...dead, call: () => ({ path: '/confirm-email?token=x' }) },
  ],
  'POST /confirm-email': [
    {
      name: 'changes the address with link and password',
      call: async (cast) =>
        fromBrowser(cast.server, undefined, { token: await newEmailToken(cast), password }),
      status: 303,
      headers: { location: /^\/sign-in\?notice=verified$/ },
      audit: ['account.email-changed'],
    },
    wrongPassword(newEmailToken),
    dead,
  ],
  'GET /undo-email': [
    shows('/undo-email', undoToken, ['Take the change back?']),
    { ...dead, call: () => ({ path: '/undo-email?token=x' }) },
  ],
  'POST /undo-email': [
    {
      name: 'A-151: gives the account its old address back',
      call: async (cast) => fromBrowser(cast.server, undefined, { token: await undoToken(cast) }),
      status: 200,
      contains: ['The change is taken back'],
      audit: ['account.email-change-undone'],
    },
    dead,
  ],
};
