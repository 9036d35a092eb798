import type { Route } from './route.ts';
import { accountRoutes } from './routes/account.ts';
import { accountPages } from './routes/account-pages.ts';
import { adminRoutes } from './routes/admin.ts';
import { factorPages } from './routes/factor-pages.ts';
import { factorRoutes } from './routes/factors.ts';
import { healthRoutes } from './routes/health.ts';
import { magicLinkRoutes } from './routes/magic-link.ts';
import { mailboxRoutes } from './routes/mailbox.ts';
import { linkPages } from './routes/link-pages.ts';
import { mailboxPages } from './routes/mailbox-pages.ts';
import { metadataRoutes } from './routes/metadata.ts';
import { notMeRoutes } from './routes/not-me.ts';
import { oauthRoutes } from './routes/oauth.ts';
import { outboxRoutes } from './routes/outbox.ts';
import { passkeyRoutes } from './routes/passkeys.ts';
import { pageRoutes } from './routes/pages.ts';
import { revocationRoutes } from './routes/revocations.ts';
import { secondFactorRoutes } from './routes/second-factor.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { signInPages } from './routes/sign-in-pages.ts';

/** What people see; no part of the API. */
const hostedPages: readonly Route[] = [
  ...signInPages,
  ...accountPages,
  ...linkPages,
  ...mailboxPages,
  ...factorPages,
];

/** Every address that is answered. What is not here does not exist. */
export function listRoutes(): readonly Route[] {
  const documented = [
    ...signInRoutes,
    ...secondFactorRoutes,
    ...notMeRoutes,
    ...passkeyRoutes,
    ...accountRoutes,
    ...factorRoutes,
    ...mailboxRoutes,
    ...magicLinkRoutes,
    ...sessionRoutes,
    ...adminRoutes,
    ...oauthRoutes,
    ...revocationRoutes,
    ...metadataRoutes,
    ...healthRoutes,
    ...outboxRoutes,
  ];
  return [...documented, ...pageRoutes(documented), ...hostedPages];
}
