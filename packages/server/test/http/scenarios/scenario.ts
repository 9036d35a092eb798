import type { TestServer } from '../../../src/testing.ts';
import type { Call, Person } from '../http-ground.ts';

export interface Cast {
  readonly server: TestServer;
  /** Just signed in, with the default role. */
  readonly user: Person;
  /** Just signed in, with the role `admin`. */
  readonly admin: Person;
}

/** One call of one route, and all that may come of it. */
export interface Scenario {
  readonly name: string;
  readonly call: (cast: Cast) => Call | Promise<Call>;
  readonly status: number;
  /** Of a refusal. */
  readonly code?: string;
  readonly contains?: readonly string[];
  readonly excludes?: readonly string[];
  readonly headers?: Readonly<Record<string, RegExp>>;
  /** Every action that the call leaves in the audit table. Default: none. */
  readonly audit?: readonly string[];
}

/** By method and path as in the table of routes. */
export type Scenarios = Readonly<Record<string, readonly Scenario[]>>;
