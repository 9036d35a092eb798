import { testOverSockets } from './over-sockets.ts';

testOverSockets(false);
