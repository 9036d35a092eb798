import { DatabaseSync } from 'node:sqlite';

/** As its documentation sets up SQLite of Node and sign-in by email and password. */
export const options = {
  database: new DatabaseSync('better-auth.db'),
  secret: process.env.BENCH_SECRET,
  baseURL: `http://localhost:${process.env.PORT}`,
  emailAndPassword: { enabled: true },
  telemetry: { enabled: false },
};
