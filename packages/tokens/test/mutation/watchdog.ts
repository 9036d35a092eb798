/**
 * Ends the process when one round takes more time of the processor than it may: how busy the machine is
 * with other things decides nothing.
 */
import { workerData } from 'node:worker_threads';

const state: Int32Array = workerData;
const usedSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
let round = 0;
let startedAt = 0;

setInterval(() => {
  const current = Atomics.load(state, 0);
  const allowed = Atomics.load(state, 1);
  if (current !== round) {
    round = current;
    startedAt = usedSeconds();
  } else if (allowed > 0 && usedSeconds() - startedAt > allowed) process.kill(process.pid, 'SIGKILL');
}, 200);
