import assert from 'node:assert/strict';
import test from 'node:test';
import { watchUpstream } from '../../src/feed/watch-upstream.ts';

type Status = ReturnType<Parameters<typeof watchUpstream>[0]['status']>;

test('a relay says once when it lost its issuer, why, and when it hears it again', () => {
  let status: Status = { state: 'starting', fault: undefined, seq: 0 };
  let next: (() => void) | undefined;
  const lines: string[] = [];
  const level =
    (name: string) =>
    (event: string, detail?: object): void =>
      void lines.push(`${name} ${event} ${JSON.stringify(detail)}`);
  const stop = watchUpstream({
    status: () => status,
    schedule: (task) => {
      next = task;
      return () => {
        next = undefined;
      };
    },
    log: { info: level('info'), warn: level('warn'), error: level('error') },
  });
  const look = (state: Status['state'], fault?: string): void => {
    status = { state, fault, seq: 7 };
    next?.();
  };
  look('starting');
  look('starting');
  for (let second = 0; second < 5; second++) look('starting', 'credential_refused');
  look('following');
  look('following');
  look('disconnected', 'not_answered');
  look('following');
  look('alarmed', 'fork');
  look('alarmed', 'fork');
  stop();
  assert.equal(next, undefined);
  assert.deepEqual(lines, [
    'warn relay.upstream-lost {"state":"starting","fault":"credential_refused"}',
    'info relay.following {"seq":7}',
    'error relay.upstream-lost {"state":"alarmed","fault":"fork"}',
  ]);
});
