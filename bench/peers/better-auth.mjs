import { createServer } from 'node:http';
import { betterAuth } from 'better-auth';
import { toNodeHandler } from 'better-auth/node';
import { options } from './better-auth-options.mjs';

const auth = betterAuth(options);
createServer(toNodeHandler(auth)).listen(Number(process.env.PORT), '127.0.0.1');
