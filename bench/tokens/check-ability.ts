import type { Ability } from './contender.ts';
import { audience, issuer, makeClaims } from './corpus.ts';

/** Tokens that must be refused, by what is wrong with them; the library's own signature is on those that have one. */
export async function makeBadTokens({ sign }: Ability): Promise<ReadonlyMap<string, string>> {
  const good = await sign(makeClaims());
  const [header = '', payload = '', signature = ''] = good.split('.');
  const otherPayload = (await sign(makeClaims())).split('.')[1];
  const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
  return new Map([
    ['tampered signature', `${header}.${payload}.${flip(signature)}`],
    ['tampered payload', `${header}.${otherPayload}.${signature}`],
    ['no signature', `${none}.${payload}.`],
    ['garbage', `${'garbage'.repeat(60)}`],
    ['wrong audience', await sign(makeClaims({ aud: `${audience}/other` }))],
    ['wrong issuer', await sign(makeClaims({ iss: `${issuer}.evil` }))],
  ]);
}

/** A contender that refuses a good token, or accepts a bad one, is out. @throws Error */
export async function checkAbility(ability: Ability, expired: string): Promise<void> {
  const claims = makeClaims();
  const read: unknown = await ability.verify(await ability.sign(claims));
  if (!hasSubject(read, claims['sub'])) throw new Error(`${ability.name} does not hand out the claims`);
  for (const [what, token] of [...(await makeBadTokens(ability)), ['expired', expired]] as const) {
    if (await isAccepted(ability, token)) throw new Error(`${ability.name} accepts a token: ${what}`);
  }
}

async function isAccepted({ verify }: Ability, token: string): Promise<boolean> {
  try {
    await verify(token);
    return true;
  } catch {
    return false;
  }
}

function hasSubject(claims: unknown, subject: unknown): boolean {
  return typeof claims === 'object' && claims !== null && 'sub' in claims && claims.sub === subject;
}

/** Another character in the middle, so that the text stays canonical base64url. */
function flip(signature: string): string {
  const middle = Math.floor(signature.length / 2);
  return `${signature.slice(0, middle)}${signature[middle] === 'A' ? 'B' : 'A'}${signature.slice(middle + 1)}`;
}
