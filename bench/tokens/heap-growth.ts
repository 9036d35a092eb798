/**
 * `node --expose-gc heap-growth.ts 10000000`: the heap after so many
 * verifications beside the heap before them, both after collecting. JSON on standard output.
 */
import { countersign } from './contenders/countersign.ts';
import { flatten, makeClaims, makeKeys } from './corpus.ts';

const [, , count] = process.argv;
const calls = Number(count ?? 1e7);
const [ability] = await countersign('HS256', makeKeys('HS256'));
if (ability === undefined || globalThis.gc === undefined) throw new Error('run with --expose-gc');
const tokens = await Promise.all(Array.from({ length: 1000 }, () => ability.sign(makeClaims())));
const flat = tokens.map(flatten);

const verifyMany = (times: number): void => {
  for (let index = 0; index < times; index += 1) ability.verify(flat[index % flat.length] ?? '');
};
const readHeap = (): number => {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};
verifyMany(200_000);
const before = readHeap();
verifyMany(calls);
process.stdout.write(JSON.stringify({ calls, grownBytes: readHeap() - before }));
