import { openProcessTerminal } from './process-terminal.ts';
import { runCommand } from './run-command.ts';

/** The entry of the command line; `bin/countersign.js` starts it. */
process.exitCode = await runCommand(process.argv.slice(2), openProcessTerminal());
