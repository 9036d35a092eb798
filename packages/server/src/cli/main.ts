import { openProcessTerminal } from './process-terminal.ts';
import { runCommand } from './run-command.ts';

// The entry of the command line; `bin/countersign.js` starts it. A command waits for threads and
// timers that keep no process alive, so this one is kept until it is done.
const untilDone = setInterval(() => undefined, 2 ** 30);
process.exitCode = await runCommand(process.argv.slice(2), openProcessTerminal());
clearInterval(untilDone);
// After a second signal connections may be open still; otherwise the process ends by itself.
if (process.exitCode === 3) process.exit();
setTimeout(() => process.exit(), 1000).unref();
