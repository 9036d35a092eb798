import assert from 'node:assert/strict';
import test from 'node:test';
import { readSources, type SourceFile } from './source-tree.ts';

const sources = readSources('packages/*/src/**/*.ts');
const server = sources.filter((file) => file.path.startsWith('packages/server/src/'));

/** An import may only go to a later line, or stay in its room. Rooms on one line do not import each other. */
const stairs: readonly (readonly string[])[] = [
  ['cli'],
  ['main'],
  ['http'],
  ['pages', 'contract', 'flows'],
  ['proofs', 'rules', 'keys', 'feed', 'webhooks', 'mail', 'sms', 'limits', 'store'],
  ['settings'],
  ['texts'],
  ['base'],
];

/** What each package may import from the workspace. */
const packageStairs: Readonly<Record<string, readonly string[]>> = {
  tokens: [],
  revocation: ['@countersign/tokens'],
  guard: ['@countersign/tokens', '@countersign/revocation'],
  client: [],
  jsonwebtoken: ['@countersign/tokens', '@countersign/tokens/danger-primitives'],
  server: [
    '@countersign/tokens',
    '@countersign/revocation',
    '@countersign/revocation/chain',
    '@countersign/guard',
  ],
};

/** A dependency, and the only rooms that may know it. */
const fences: Readonly<Record<string, RegExp>> = {
  hono: /^packages\/server\/src\/http\//,
  '@hono/node-server': /^packages\/server\/src\/http\//,
  nodemailer: /^packages\/server\/src\/mail\//,
  zod: /^packages\/server\/src\/(contract|settings|http)\//,
  uqr: /^packages\/server\/src\/proofs\//,
  '@simplewebauthn/server': /^packages\/server\/src\/proofs\//,
  'node:sqlite': /^packages\/server\/src\/store\//,
  'node:worker_threads': /^packages\/(?:server\/src\/store|tokens\/src\/pool)\//,
};

const bannedNames =
  /(^|[-/])(utils?|helpers?|misc|managers?|services?)([-./]|$)|(^|\/)(common|shared)(\/|\.ts$)/;

function roomOf(path: string): string {
  const [first = '', ...rest] = path.slice('packages/server/src/'.length).split('/');
  return rest.length === 0 ? 'main' : first;
}

test('imports in the server go down the stairs only', () => {
  const wrong = server.flatMap((file) =>
    file.imports.flatMap(({ target }) => {
      if (target === undefined) return [];
      const from = stairs.findIndex((rooms) => rooms.includes(roomOf(file.path)));
      const to = stairs.findIndex((rooms) => rooms.includes(roomOf(target)));
      const isFine = roomOf(file.path) === roomOf(target) || (from !== -1 && from < to);
      return isFine ? [] : [`${file.path} → ${target}`];
    }),
  );
  assert.deepEqual(wrong, []);
});

test('every room of the server stands on a stair', () => {
  const rooms = new Set(server.map((file) => roomOf(file.path)));
  assert.deepEqual(
    [...rooms].filter((room) => !stairs.flat().includes(room)),
    [],
  );
});

test('packages know only those below them, and by their names', () => {
  const wrong = sources.flatMap((file) => {
    const name = file.path.split('/')[1] ?? '';
    const allowed = packageStairs[name] ?? [];
    return file.imports.flatMap(({ specifier, target }) => {
      const leaves = target !== undefined && !target.startsWith(`packages/${name}/`);
      const isForeign = /^(@countersign\/|countersign)/.test(specifier) && !allowed.includes(specifier);
      return leaves || isForeign ? [`${file.path} → ${specifier}`] : [];
    });
  });
  assert.deepEqual(wrong, []);
});

test('there are no cycles', () => {
  const graph = new Map(sources.map((file) => [file.path, file]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (file: SourceFile, trail: readonly string[]): void => {
    if (trail.includes(file.path)) {
      cycles.push([...trail.slice(trail.indexOf(file.path)), file.path].join(' → '));
      return;
    }
    if (done.has(file.path)) return;
    for (const { target } of file.imports) {
      const next = target === undefined ? undefined : graph.get(target);
      if (next !== undefined) walk(next, [...trail, file.path]);
    }
    done.add(file.path);
  };
  for (const file of sources) walk(file, []);
  assert.deepEqual(cycles, []);
});

test('a dependency is known only in its rooms', () => {
  const wrong = sources.flatMap((file) =>
    file.imports.flatMap(({ specifier }) => {
      const fence = Object.entries(fences).find(
        ([name]) => specifier === name || specifier.startsWith(`${name}/`),
      );
      return fence === undefined || fence[1].test(file.path) ? [] : [`${file.path} → ${specifier}`];
    }),
  );
  assert.deepEqual(wrong, []);
});

test('no file is longer than 400 lines of code', () => {
  const all = [
    ...sources,
    ...readSources('packages/*/test/**/*.ts', 'examples/**/*.ts', 'e2e/**/*.ts', 'test/**/*.ts'),
  ];
  assert.deepEqual(
    all.filter((file) => file.codeLines > 400).map((file) => `${file.path}: ${file.codeLines}`),
    [],
  );
});

test('nine of ten source files are at most 250 lines long', () => {
  const lengths = sources.map((file) => file.text.split('\n').length).sort((a, b) => a - b);
  const p90 = lengths[Math.floor(lengths.length * 0.9)] ?? 0;
  assert.ok(p90 <= 250, `the 90th percentile is ${p90}`);
});

test('no name is a drawer', () => {
  assert.deepEqual(
    sources.filter((file) => bannedNames.test(file.path)).map((file) => file.path),
    [],
  );
});

test('file names are kebab-case', () => {
  const wrong = sources.filter((file) => !/^[a-z0-9/.-]+$/.test(file.path.slice('packages/'.length)));
  assert.deepEqual(
    wrong.map((file) => file.path),
    [],
  );
});

test('the only list of exports is the index of a package', () => {
  const barrels = sources.filter((file) => {
    const isIndex = /^packages\/[a-z]+\/src\/(index|testing)\.ts$/.test(file.path);
    return !isIndex && /^export (\*|\{[^}]*\}) from/m.test(file.text);
  });
  assert.deepEqual(
    barrels.map((file) => file.path),
    [],
  );
});

test('an exported value of the server is used in another file', () => {
  const users = [
    ...server,
    ...readSources('packages/*/{test,scripts}/**/*.ts', 'test/*.ts', 'scripts/*.ts', 'examples/**/*.ts'),
  ];
  const wrong = server
    .filter((file) => !/^packages\/server\/src\/(index|testing)\.ts$/.test(file.path))
    .flatMap((file) =>
      [...file.text.matchAll(/^export (?:async )?(?:const|function|class) (\w+)/gm)].flatMap(
        ([, name = '']) => {
          const word = new RegExp(`\\b${name}\\b`);
          const isUsed = users.some((user) => user.path !== file.path && word.test(user.text));
          return isUsed ? [] : [`${file.path}: ${name}`];
        },
      ),
    );
  assert.deepEqual(wrong, []);
});

test('A-097: nothing is drawn from Math.random', () => {
  assert.deepEqual(
    sources.filter((file) => /Math\.random/.test(file.text)).map((file) => file.path),
    [],
  );
});

test('every refusal of the catalogue is met by a test', () => {
  const catalogue = server.find((file) => file.path.endsWith('base/refusals.ts'));
  assert.ok(catalogue);
  const codes = [...catalogue.text.matchAll(/^ {2}([a-z_]+): row\(/gm)].map((match) => match[1] ?? '');
  assert.ok(codes.length > 20);
  const tests = readSources('packages/server/test/**/*.ts')
    .map((file) => file.text)
    .join('\n');
  assert.deepEqual(
    codes.filter((code) => !tests.includes(`'${code}'`)),
    [],
  );
});

test('every action that the audit table can say is written by some flow', () => {
  const path = 'packages/server/src/base/audit-action.ts';
  const actions = [
    ...(server.find((file) => file.path === path)?.text ?? '').matchAll(/'([a-z-]+\.[a-z-]+)'/g),
  ];
  assert.ok(actions.length > 20);
  const rest = server
    .filter((file) => file.path !== path)
    .map((file) => file.text)
    .join('\n');
  assert.deepEqual(
    actions.map((match) => match[0]).filter((action) => !rest.includes(action)),
    [],
  );
});
