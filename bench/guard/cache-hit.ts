/**
 * `node -C @countersign/source guard/cache-hit.ts`: what it costs to let a token in
 * that was verified before, its times, its key, revocations and their freshness looked at.
 * Every request brings its own string, as a parser of HTTP makes it.
 * Prints a table and writes `results/guard-cache.json`.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createGuard } from '@countersign/guard';
import { createVerifier } from 'fast-jwt';
import { describeMachine } from '../results.ts';
import { middle, type Sample, sample } from '../revocation/sample.ts';
import { audience, issuer, key, makeTokens, pem } from './tokens.ts';
import { createKnown } from './known.ts';

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 9);
const callsASample = 200_000;
const targetShareOfBare = 1.5;

interface Subject {
  readonly name: string;
  /** @throws Error for a token that is not let in */
  readonly call: (field: Buffer) => void;
}

const bearer = 'Bearer '.length;

function makeSubjects(fields: readonly Buffer[]): readonly Subject[] {
  const bySignature = new Map<string, string>();
  for (const field of fields) {
    const token = field.latin1Slice(bearer);
    bySignature.set(token.slice(token.lastIndexOf('.') + 1), token);
  }
  const known = createKnown();
  const guard = createGuard({
    issuer,
    audience,
    revocation: known.view,
    keys: [key],
    cache: { maxEntries: 4 * fields.length, maxBytes: 2 ** 30 },
  });
  const gate = guard.express();
  const response = { statusCode: 0, headersSent: false, setHeader: () => {}, end: () => {} };
  let accepted = 0;
  const next = (): void => {
    accepted += 1;
  };
  const decide = (authorization: string): void => {
    const before = accepted;
    gate({ headers: { authorization }, rawHeaders: ['Authorization', authorization] }, response, next);
    if (accepted === before) throw new Error('the guard refused a good token');
  };
  const verify = createVerifier({
    algorithms: ['ES256'],
    key: pem,
    allowedIss: issuer,
    allowedAud: audience,
    requiredClaims: ['exp'],
    cache: fields.length > 1000 ? fields.length : true,
  });
  return [
    { name: 'the string alone', call: (field) => void field.latin1Slice() },
    {
      name: 'bare: Map by signature, whole text compared',
      call: (field) => {
        const token = field.latin1Slice(bearer);
        const found = bySignature.get(token.slice(token.lastIndexOf('.') + 1));
        if (found !== token) throw new Error('not found');
      },
    },
    { name: 'guard, nothing happened since', call: (field) => decide(field.latin1Slice()) },
    {
      name: 'guard, asked again about every revocation',
      call: (field) => {
        known.touch();
        decide(field.latin1Slice());
      },
    },
    { name: 'fast-jwt with its cache', call: (field) => void verify(field.latin1Slice(bearer)) },
  ];
}

function measure(tokens: number): readonly { readonly name: string; readonly samples: readonly Sample[] }[] {
  const fields = makeTokens(tokens);
  const rows = makeSubjects(fields).map((subject) => ({ ...subject, samples: [] as Sample[] }));
  // The first round warms up and fills what remembers.
  for (let round = 0; round <= rounds; round += 1) {
    for (const { call, samples } of rows) {
      const taken = sample(Math.max(callsASample, tokens), (index) =>
        call(fields[index % tokens] ?? Buffer.alloc(0)),
      );
      if (round > 0) samples.push(taken);
    }
  }
  return rows;
}

const groups = [1, 1_000, 10_000].map((tokens) => {
  const rows = measure(tokens);
  const bare = rows[1]?.samples ?? [];
  return {
    tokens,
    rows: rows.map(({ name, samples }) => ({
      name,
      ns: middle(samples.map(({ wallNs }) => wallNs)),
      cpuNs: middle(samples.map(({ cpuNs }) => cpuNs)),
      shareOfBare: middle(samples.map(({ cpuNs }, round) => cpuNs / (bare[round]?.cpuNs ?? Number.NaN))),
    })),
  };
});

const version: unknown = JSON.parse(
  readFileSync(new URL('../node_modules/fast-jwt/package.json', import.meta.url), 'utf8'),
).version;
const results = {
  date: new Date().toISOString().slice(0, 10),
  machine: describeMachine(),
  node: process.versions.node,
  fastJwt: version,
  rounds,
  tokenBytes: (makeTokens(1)[0]?.length ?? 0) - bearer,
  targetShareOfBare,
  groups,
};
mkdirSync(new URL('../results/', import.meta.url), { recursive: true });
writeFileSync(
  new URL('../results/guard-cache.json', import.meta.url),
  `${JSON.stringify(results, (_name, value) => (typeof value === 'number' ? Math.round(value * 100) / 100 : value), 2)}\n`,
);
for (const { tokens, rows } of groups) {
  process.stdout.write(
    `\n| ${tokens} distinct tokens | ns | processor ns | of bare (target ${targetShareOfBare}) |\n`,
  );
  process.stdout.write('| --- | --: | --: | --: |\n');
  for (const { name, ns, cpuNs, shareOfBare } of rows) {
    process.stdout.write(
      `| ${name} | ${ns.toFixed(0)} | ${cpuNs.toFixed(0)} | ${shareOfBare.toFixed(2)} |\n`,
    );
  }
}
