/** Sends one message and is killed meanwhile: parameters are a folder and the port of a mail server. */
import { startTestServer } from '../../src/testing.ts';
import { alice, resetFor, send } from './mail-ground.ts';

const [, , directory = '', port = ''] = process.argv;
const settings = { smtpUrl: `smtp://127.0.0.1:${port}`, mailFrom: 'auth@example.com' };
const { house } = await startTestServer({ directory, settings });
await send(house, resetFor(alice.email));
throw new Error('nobody killed this process');
