import { getMigrations } from 'better-auth/db/migration';
import { options } from './better-auth-options.mjs';

const { runMigrations } = await getMigrations(options);
await runMigrations();
