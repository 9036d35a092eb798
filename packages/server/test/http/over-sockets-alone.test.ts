import { testOverSockets } from './over-sockets.ts';

testOverSockets(true);
