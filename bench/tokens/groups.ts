import { checkAbility, makeBadTokens } from './check-ability.ts';
import type { Ability } from './contender.ts';
import { type Bare, bareForms } from './contenders/bare.ts';
import { countersign } from './contenders/countersign.ts';
import { fastJwt } from './contenders/fast-jwt.ts';
import { hono } from './contenders/hono.ts';
import { jose } from './contenders/jose.ts';
import { jsonwebtoken } from './contenders/jsonwebtoken.ts';
import { nodeRs } from './contenders/node-rs.ts';
import { type AlgorithmName, type Claims, flatten, makeClaims, makeKeys, tokenCount } from './corpus.ts';
import { repeat, repeatRefused, type Subject } from './measure.ts';

/** What is compared with each other, in one table. */
export interface Group {
  readonly algorithm: AlgorithmName;
  readonly act: 'sign' | 'verify' | 'refuse';
  /** Of a bad token: what is wrong with it. */
  readonly fault?: string;
  readonly tokenBytes: number;
  readonly subjects: readonly Subject[];
}

const contenders = [countersign, fastJwt, nodeRs, jsonwebtoken, jose, hono];

const hourAgo = (): Claims => {
  const now = Math.floor(Date.now() / 1000);
  return { iat: now - 7200, exp: now - 3600 };
};

export async function prepareGroups(algorithm: AlgorithmName): Promise<readonly Group[]> {
  const keys = makeKeys(algorithm);
  const abilities = (await Promise.all(contenders.map((contender) => contender(algorithm, keys)))).flat();
  const [ours] = abilities;
  if (ours === undefined) throw new Error('nobody to measure');
  const expired = new Map<Ability, string>();
  for (const ability of abilities) {
    expired.set(ability, flatten(await ability.sign(makeClaims(hourAgo()))));
    await checkAbility(ability, expired.get(ability) ?? '');
  }
  const example = await ours.sign(makeClaims());
  const group = { algorithm, tokenBytes: example.length };
  const bare = bareForms(algorithm, keys);
  const good: Group[] = [
    {
      ...group,
      act: 'verify',
      subjects: [...bareVerify(bare, example), ...(await verifySubjects(abilities))],
    },
    { ...group, act: 'sign', subjects: [...bareSign(bare, example), ...signSubjects(abilities)] },
  ];
  if (algorithm !== 'HS256' && algorithm !== 'ES256') return good;
  const faults = ['expired', 'wrong audience', 'tampered signature', 'garbage'];
  const refusals = faults.map(async (fault): Promise<Group> => {
    const subjects = abilities.map(async (ability) =>
      refuseSubject(ability, await findBad(ability, fault, expired)),
    );
    return { ...group, act: 'refuse', fault, subjects: await Promise.all(subjects) };
  });
  return [...good, ...(await Promise.all(refusals))];
}

async function verifySubjects(abilities: readonly Ability[]): Promise<readonly Subject[]> {
  const subjects = abilities.map(async (ability): Promise<Subject> => {
    const tokens = await Promise.all(Array.from({ length: tokenCount }, () => ability.sign(makeClaims())));
    const flat = tokens.map(flatten);
    const { name, version, verify } = ability;
    return { name, version, run: repeat((index) => verify(flat[index % tokenCount] ?? '')) };
  });
  return Promise.all(subjects);
}

function signSubjects(abilities: readonly Ability[]): readonly Subject[] {
  const claims = Array.from({ length: tokenCount }, () => makeClaims());
  return abilities.map(({ name, version, sign }) => ({
    name,
    version,
    run: repeat((index) => sign(claims[index % tokenCount] ?? {})),
  }));
}

function refuseSubject({ name, version, verify }: Ability, token: string): Subject {
  return { name, version, run: repeatRefused(() => verify(token)) };
}

async function findBad(
  ability: Ability,
  fault: string,
  expired: ReadonlyMap<Ability, string>,
): Promise<string> {
  const token = fault === 'expired' ? expired.get(ability) : (await makeBadTokens(ability)).get(fault);
  if (token === undefined) throw new Error(`no token with ${fault}`);
  return flatten(token);
}

function bareVerify(bare: readonly Bare[], token: string): readonly Subject[] {
  const input = signingInput(token);
  return bare.map(({ name, sign, verify }) => {
    const signature = Buffer.from(Object(sign(input)));
    if (!verify(input, signature)) throw new Error(`${name} does not verify what it signed`);
    return { name, version: process.versions.node, run: repeat(() => verify(input, signature)) };
  });
}

function bareSign(bare: readonly Bare[], token: string): readonly Subject[] {
  const input = signingInput(token);
  return bare.map(({ name, sign }) => ({
    name,
    version: process.versions.node,
    run: repeat(() => sign(input)),
  }));
}

function signingInput(token: string): Buffer {
  return Buffer.from(token.slice(0, token.lastIndexOf('.')), 'latin1');
}
