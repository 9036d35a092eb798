/** Runs the given test files in this process and ends with 1 at the first test that fails. */
import { run } from 'node:test';
import fc from 'fast-check';

fc.configureGlobal({ seed: 1, endOnFailure: true });
run({ files: process.argv.slice(2), isolation: 'none' }).on('test:fail', () => process.exit(1));
process.on('uncaughtException', () => process.exit(1));
