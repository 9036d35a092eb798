import { auditEntryObject, auditQuery, toWireAuditEntry } from '../../contract/admin/audit.ts';
import {
  compromiseAnswer,
  compromiseInput,
  keyParams,
  keysAnswer,
  rotationAnswer,
  toWireCompromise,
  toWireKey,
  toWireRotation,
} from '../../contract/admin/keys.ts';
import { pageAnswer, readPageQuery, toWirePage } from '../../contract/admin/page.ts';
import {
  toWireUserSession,
  userSessionObject,
  userSessionParams,
  userSessionQuery,
} from '../../contract/admin/user-sessions.ts';
import { compromiseKey } from '../../flows/admin/compromise-key.ts';
import { endUserSession } from '../../flows/admin/end-user-session.ts';
import { listAudit } from '../../flows/admin/list-audit.ts';
import { listKeys } from '../../flows/admin/list-keys.ts';
import { listUserSessions } from '../../flows/admin/list-user-sessions.ts';
import { rotateKeys } from '../../flows/admin/rotate-keys.ts';
import { type Route, route } from '../route.ts';
import { actorOf, may } from './admin-who.ts';

/** Keys, sessions and the audit table. */
export const adminRecordRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/admin/keys',
    tag: 'Administration: keys',
    summary: 'List the signing keys',
    who: may('keys:read'),
    limits: [],
    output: { status: 200, body: keysAnswer },
    refusals: [],
    answer: (house) => ({ body: { items: listKeys(house).map(toWireKey), next_cursor: null } }),
  }),
  route({
    method: 'POST',
    path: '/v1/admin/keys/rotate',
    tag: 'Administration: keys',
    summary: 'Change to the next signing key',
    description: 'It signs as soon as it has been published for long enough; no token is refused for it.',
    who: may('keys:write'),
    limits: [],
    output: { status: 200, body: rotationAnswer },
    refusals: ['rotation_pending', 'not_found'],
    async answer(house, { caller, source }) {
      return { body: toWireRotation(await rotateKeys(house, { actor: actorOf(caller) }, source)) };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/admin/keys/{id}/compromise',
    tag: 'Administration: keys',
    summary: 'Take a signing key out of use at once, because somebody else may have it',
    description:
      'It is unpublished for good, every token of it is denied, and the next key signs. ' +
      'Sessions go on: clients renew.',
    who: may('keys:write'),
    limits: [],
    input: { params: keyParams, body: compromiseInput },
    output: { status: 200, body: compromiseAnswer },
    refusals: ['not_found', 'no_signing_keys', 'conflict'],
    async answer(house, { caller, params, body, source }) {
      const input = { actor: actorOf(caller), keyId: params.id, reason: body.reason };
      return { body: toWireCompromise(await compromiseKey(house, input, source)) };
    },
  }),
  route({
    method: 'GET',
    path: '/v1/admin/sessions',
    tag: 'Administration: sessions',
    summary: 'List the sessions of a user, newest first',
    who: may('sessions:read'),
    limits: [],
    input: { query: userSessionQuery },
    output: { status: 200, body: pageAnswer(userSessionObject) },
    refusals: ['not_found'],
    async answer(house, { query }) {
      const page = await listUserSessions(house, { ...readPageQuery(query), userId: query.user_id });
      return { body: toWirePage(page, toWireUserSession) };
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/admin/sessions/{id}',
    tag: 'Administration: sessions',
    summary: 'End a session and its tokens',
    who: may('sessions:write'),
    limits: [],
    input: { params: userSessionParams },
    output: { status: 204 },
    refusals: ['not_found', 'role_not_grantable'],
    async answer(house, { caller, params, source }) {
      await endUserSession(house, { actor: actorOf(caller), sessionId: params.id }, source);
      return { body: undefined };
    },
  }),
  route({
    method: 'GET',
    path: '/v1/admin/audit',
    tag: 'Administration: audit',
    summary: 'Read who did what, newest first',
    who: may('audit:read'),
    limits: [],
    input: { query: auditQuery },
    output: { status: 200, body: pageAnswer(auditEntryObject) },
    refusals: [],
    async answer(house, { query }) {
      const page = await listAudit(house, {
        ...readPageQuery(query),
        userId: query.user_id,
        action: query.action,
      });
      return { body: toWirePage(page, toWireAuditEntry) };
    },
  }),
];
