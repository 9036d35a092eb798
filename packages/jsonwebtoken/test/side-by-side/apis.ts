import { createRequire } from 'node:module';

type Call = (...parameters: readonly unknown[]) => unknown;
type ErrorClass = new (...parameters: readonly unknown[]) => Error;

/** Both packages as an application in plain JavaScript sees them: nothing keeps it from passing nonsense. */
export interface Api {
  readonly sign: Call;
  readonly verify: Call;
  readonly decode: Call;
  readonly JsonWebTokenError: ErrorClass;
  readonly TokenExpiredError: ErrorClass;
  readonly NotBeforeError: ErrorClass;
}

const require = createRequire(import.meta.url);

export const original: Api = require('jsonwebtoken');
export const ours: Api = require('@countersign/jsonwebtoken');

// Rows full of weak choices are no news here.
process.removeAllListeners('warning');
