import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Guard } from '@countersign/guard';
import { addFollower, revoke, session } from '../feed/feed-ground.ts';
import { type RunningIssuer, startIssuer } from '../interop/running-issuer.ts';
import { guardBehind, openRelay, type Relaying, seqOf, until } from './relay-ground.ts';

type Tamper = (batch: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

interface Deceived {
  readonly issuer: RunningIssuer;
  readonly guard: Guard;
  readonly relaying: Relaying;
  /** From now on the relay does this to every batch. */
  begin(tamper: Tamper): void;
  advanceMs(ms: number): void;
}

/** A guard behind a relay that changes what passes through it. */
async function deceive(t: TestContext): Promise<Deceived> {
  const issuer = await startIssuer(t, {});
  const relaying = await openRelay(t, issuer);
  let tamper: Tamper = (batch) => batch;
  let aheadMs = 0;
  const change = (text: string): string => JSON.stringify(tamper(JSON.parse(text)));
  const guard = await guardBehind(t, issuer, {
    feedUrl: relaying.feedUrl,
    client: await addFollower(issuer),
    now: () => issuer.clock.now() + aheadMs,
    async fetch(url, init) {
      const response = await fetch(url, init);
      if (!url.startsWith(relaying.feedUrl) || response.status !== 200 || response.body === null)
        return response;
      const { headers } = response;
      if (url.includes('/log?')) return new Response(change(await response.text()), { headers });
      if (!url.includes('/stream?')) return response;
      const events = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(
        new TransformStream<string, string>({
          transform(event, controller) {
            controller.enqueue(
              event.replaceAll(/^data: (.*)$/gm, (_line, data: string) => `data: ${change(data)}`),
            );
          },
        }),
      );
      return new Response(events.pipeThrough(new TextEncoderStream()), { headers });
    },
  });
  await guard.verify(issuer.accessToken);
  return {
    issuer,
    guard,
    relaying,
    begin(next) {
      tamper = next;
    },
    advanceMs(ms) {
      aheadMs += ms;
    },
  };
}

async function revokeUnheard({ issuer, guard, relaying }: Deceived): Promise<void> {
  const before = seqOf(guard);
  const headers = { Authorization: `Bearer ${issuer.accessToken}` };
  assert.equal((await fetch(`${issuer.issuer}/v1/logout`, { method: 'POST', headers })).status, 204);
  await until(() => relaying.relay.view.seq > before);
}

test('A-259: a relay that strips events and forwards heads keeps a guard open no longer than Δ', async (t) => {
  const deceived = await deceive(t);
  const { guard, issuer } = deceived;
  const before = seqOf(guard);
  deceived.begin(({ head }) => ({ head }));
  await revokeUnheard(deceived);
  // A head without its events does not count, so its time does not either.
  deceived.advanceMs(12_500);
  await assert.rejects(guard.verify(issuer.accessToken), { code: 'invalid_token', reason: 'stale' });
  assert.equal(seqOf(guard), before);
});

test('A-259: a relay that replays an old head keeps a guard open no longer than Δ', async (t) => {
  const deceived = await deceive(t);
  const { guard, issuer } = deceived;
  let first: Readonly<Record<string, unknown>> | undefined;
  await revoke(issuer, session(1));
  deceived.begin((batch) => (first ??= batch));
  await revokeUnheard(deceived);
  deceived.advanceMs(12_500);
  await assert.rejects(guard.verify(issuer.accessToken), { code: 'invalid_token', reason: 'stale' });
});

test('A-259: a relay that changes events alarms a guard, which lets nothing pass', async (t) => {
  const deceived = await deceive(t);
  const { guard, issuer } = deceived;
  deceived.begin((batch) => {
    const { events } = batch;
    if (typeof events !== 'string') return batch;
    const bytes = Buffer.from(events, 'base64url');
    // The fingerprint of somebody else.
    bytes.writeUInt8(bytes.readUInt8(8) ^ 1, 8);
    return { ...batch, events: bytes.toString('base64url') };
  });
  await revokeUnheard(deceived);
  await until(() => guard.status().issuers[0]?.revocations.state === 'alarmed');
  await assert.rejects(guard.verify(issuer.accessToken), { status: 503, reason: 'unsynchronised' });
});
