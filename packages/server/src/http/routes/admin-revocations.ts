import { pageAnswer, pageQuery, readPageQuery, toWirePage } from '../../contract/admin/page.ts';
import {
  readTimeoutMs,
  revocationAnswer,
  revocationInput,
  revocationObject,
  toWireRevocation,
  toWireRevocationAnswer,
} from '../../contract/admin/revocations.ts';
import { listRevocations } from '../../flows/admin/list-revocations.ts';
import { revoke } from '../../flows/admin/revoke.ts';
import { type Route, route } from '../route.ts';
import { actorOf, may } from './admin-who.ts';

const tag = 'Administration: revocations';
const path = '/v1/admin/revocations';

export const adminRevocationRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path,
    tag,
    summary: 'List what was revoked, newest first',
    description:
      'A day after it can deny no token any more, an entry is gone; the audit table keeps its own.',
    who: may('revocations:read'),
    limits: [],
    input: { query: pageQuery },
    output: { status: 200, body: pageAnswer(revocationObject) },
    refusals: [],
    async answer(house, { query }) {
      return { body: toWirePage(await listRevocations(house, readPageQuery(query)), toWireRevocation) };
    },
  }),
  route({
    method: 'POST',
    path,
    tag,
    summary: 'Revoke tokens by what they name',
    description:
      '`token`, `user-claims`, `tenant` and `everything` end access tokens: clients renew and nobody signs in again. ' +
      '`session`, `user` and `client` end sessions too; the client `first-party` is everybody and takes an ' +
      'administrator. `key` is a compromised signing key. With `wait: "all"` the answer comes when every guard ' +
      'that has reported accepts nothing of it any more, or after `timeout_ms` with those that lag.',
    who: may('revocations:write'),
    limits: ['revocation by account'],
    input: { body: revocationInput },
    output: { status: 200, body: revocationAnswer },
    refusals: ['not_found', 'role_not_grantable', 'no_signing_keys', 'conflict'],
    async answer(house, { caller, body, source }) {
      const { scope, subject = '', reason } = body;
      const seq = await revoke(house, { actor: actorOf(caller), scope, subject, reason }, source);
      // After the commit: a guard that heard nothing is safe only when its time since then has passed.
      const revokedAtMs = house.now();
      const request = { seq, scope, revokedAtMs, timeoutMs: readTimeoutMs(body) };
      return { body: toWireRevocationAnswer(seq, await house.feed.confirm(request)) };
    },
  }),
];
