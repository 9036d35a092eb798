import type { AsUser } from './call-as-user.ts';
import type { Core } from './core.ts';
import { readMembers, unexpected } from './read-answer.ts';
import type { AddedFactor, BegunApp, FactorConfirmationInput, FactorList, RecoveryCodes } from './wire.ts';

/**
 * The second factors of the signed-in user. Changing them asks for a recent
 * sign-in, and for one with two factors where the account has a second one:
 * otherwise ClientError `insufficient_user_authentication` (`stepUp`).
 */
export interface Factors {
  readonly factors: {
    readonly list: () => Promise<FactorList>;
    /** The authenticator app. */
    readonly totp: {
      /** Show `qr_code` or `secret`, and confirm with the first code. Changes nothing before. */
      readonly begin: () => Promise<BegunApp>;
      /** With the first factor come recovery codes, this once. @throws ClientError `wrong_code` */
      readonly confirm: (code: string) => Promise<AddedFactor>;
      /** The session goes on with one factor. */
      readonly remove: () => Promise<void>;
    };
  };
  readonly recoveryCodes: {
    /** New ones, shown this once; the old ones are void. */
    readonly regenerate: () => Promise<RecoveryCodes>;
  };
}

const app = '/v1/me/factors/totp';

export function createFactors({ call }: Pick<Core, 'call'>, asUser: AsUser): Factors {
  const post = (path: string, body: object): Promise<unknown> =>
    asUser((accessToken) => call({ method: 'POST', path, body, accessToken }));
  return {
    factors: {
      list: () =>
        asUser(async (accessToken) =>
          read(await call({ method: 'GET', path: '/v1/me/factors', accessToken }), isFactorList),
        ),
      totp: {
        begin: async () => read(await post(app, {}), isBegunApp),
        async confirm(code) {
          const body: FactorConfirmationInput = { code };
          return read(await post(`${app}/confirm`, body), isAddedFactor);
        },
        async remove() {
          await asUser((accessToken) => call({ method: 'DELETE', path: app, accessToken }));
        },
      },
    },
    recoveryCodes: {
      regenerate: async () => read(await post('/v1/me/recovery-codes', {}), isRecoveryCodes),
    },
  };
}

function read<T>(answer: unknown, is: (value: unknown) => value is T): T {
  if (!is(answer)) throw unexpected();
  return answer;
}

function isFactorList(value: unknown): value is FactorList {
  const list = readMembers(value);
  const factors = list.get('factors');
  return (
    Array.isArray(factors) &&
    factors.every((factor) => typeof readMembers(factor).get('kind') === 'string') &&
    ['recovery_codes_left', 'remembered_devices'].every((name) => typeof list.get(name) === 'number')
  );
}

function isBegunApp(value: unknown): value is BegunApp {
  const begun = readMembers(value);
  return (
    ['secret', 'uri', 'qr_code'].every((name) => typeof begun.get(name) === 'string') &&
    typeof begun.get('expires_in') === 'number'
  );
}

function isAddedFactor(value: unknown): value is AddedFactor {
  const codes = readMembers(value).get('recovery_codes');
  return typeof value === 'object' && value !== null && (codes === undefined || areTexts(codes));
}

function isRecoveryCodes(value: unknown): value is RecoveryCodes {
  return areTexts(readMembers(value).get('recovery_codes'));
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
