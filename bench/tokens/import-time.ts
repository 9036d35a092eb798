import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bench = fileURLToPath(new URL('..', import.meta.url));

/** Milliseconds of processor time that `import()` takes in a process of its own, packages in turns. @param folder for a small program */
export function measureImports(
  folder: string,
  ours: string,
  rounds: number,
): Readonly<Record<string, readonly number[]>> {
  const program = join(folder, 'import-one.mjs');
  writeFileSync(
    program,
    `const before = process.cpuUsage();
await import(process.argv[2]);
const { user, system } = process.cpuUsage(before);
process.stdout.write(String((user + system) / 1000));
`,
  );
  const modules: Readonly<Record<string, string>> = {
    'node:crypto': 'node:crypto',
    Countersign: ours,
    'fast-jwt': join(bench, 'node_modules/fast-jwt/src/index.js'),
    jsonwebtoken: join(bench, 'node_modules/jsonwebtoken/index.js'),
    jose: join(bench, 'node_modules/jose/dist/webapi/index.js'),
  };
  const samples = Object.fromEntries(Object.keys(modules).map((name): [string, number[]] => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, module] of Object.entries(modules)) {
      const milliseconds = Number(execFileSync(process.execPath, [program, module], { encoding: 'utf8' }));
      // The first round warms the disk's cache.
      if (round > 0) samples[name]?.push(milliseconds);
    }
  }
  return samples;
}
