import type { Route } from '../route.ts';
import { adminClientRoutes } from './admin-clients.ts';
import { adminInviteRoutes } from './admin-invites.ts';
import { adminRecordRoutes } from './admin-records.ts';
import { adminRevocationRoutes } from './admin-revocations.ts';
import { adminRoleRoutes } from './admin-roles.ts';
import { adminUserRoutes } from './admin-users.ts';
import { adminWebhookRoutes } from './admin-webhooks.ts';

/** `/v1/admin`: every row names one of `rules/permissions.ts`, held by the caller at this moment. */
export const adminRoutes: readonly Route[] = [
  ...adminUserRoutes,
  ...adminInviteRoutes,
  ...adminRoleRoutes,
  ...adminClientRoutes,
  ...adminRecordRoutes,
  ...adminRevocationRoutes,
  ...adminWebhookRoutes,
];
