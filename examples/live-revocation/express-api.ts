import type { RequestListener } from 'node:http';
import type { Guard } from '@countersign/guard';
import express from 'express';
import { allowPage } from './allow-page.ts';
import { holdOpen } from './hold-open.ts';

/** An API in Express: `/whoami` for the loop, `/stream` for the open connection. */
export function createExpressApi(guard: Guard, pageOrigin: string): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.use((request, response, next) => {
    if (!allowPage(pageOrigin, request, response)) next();
  });
  app.get('/whoami', guard.express(), (request, response) => {
    response.json({ subject: request.auth.subject, roles: request.auth.roles });
  });
  app.get('/stream', guard.express(), (request, response) => holdOpen(guard, request.auth, response));
  return app;
}
