/** One core of `npm run fuzz`. */
import { parentPort, workerData } from 'node:worker_threads';
import { fuzzCases } from './fuzz-cases.ts';
import { targets } from './targets.ts';

parentPort?.postMessage(await fuzzCases(targets, workerData));
