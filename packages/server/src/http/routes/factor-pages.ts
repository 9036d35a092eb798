import { codeForm, kindForm, kindQuery, nothingForm } from '../../contract/page.ts';
import { beginApp } from '../../flows/begin-app.ts';
import { confirmApp } from '../../flows/confirm-app.ts';
import { listFactors } from '../../flows/list-factors.ts';
import { makeRecoveryCodes } from '../../flows/make-recovery-codes.ts';
import { removeFactor } from '../../flows/remove-factor.ts';
import { drawAccount } from '../../pages/account.ts';
import {
  drawAppConfirm,
  drawAppIntro,
  drawAppSecret,
  drawFactorRemoval,
  drawRecoveryCodes,
  drawRecoveryCodesIntro,
} from '../../pages/factors.ts';
import type { Frame } from '../../pages/frame.ts';
import type { Html } from '../../pages/html.ts';
import { drawQrCode } from '../../proofs/app-address.ts';
import { page, type PageAnswer } from '../page.ts';
import type { Route } from '../route.ts';
import { signedInHere } from '../who.ts';

/** Second factors as their owner keeps them. The flows ask for a recent sign-in. */
export const factorPages: readonly Route[] = [
  ...page({
    path: '/account/app',
    summary: 'Set up an authenticator app',
    who: signedInHere,
    async show(house, { frame, form, caller }) {
      const { factors } = await listFactors(house, caller.caller);
      const isOn = factors.some(({ kind }) => kind === 'totp');
      return inAccount(frame, frame.say('app.title'), drawAppIntro(frame, form, isOn));
    },
    form: {
      fields: nothingForm,
      refusals: ['conflict'],
      async act(house, { frame, form, caller: { caller }, source }) {
        const { secret, address } = await beginApp(house, caller, source);
        const qrCode = await drawQrCode(address);
        return inAccount(frame, frame.say('app.scan-title'), drawAppSecret(frame, { form, qrCode, secret }));
      },
    },
  }),
  ...page({
    path: '/account/app/confirm',
    summary: 'Confirm an authenticator app by a code of it',
    who: signedInHere,
    show: (_house, { frame, form }) =>
      inAccount(frame, frame.say('app.confirm-title'), drawAppConfirm(frame, form)),
    form: {
      fields: codeForm,
      secrets: ['code'],
      refusals: ['wrong_code', 'challenge_expired', 'conflict'],
      async act(house, { frame, caller: { caller }, source }, { code }) {
        const { recoveryCodes } = await confirmApp(house, { caller, code }, source);
        return recoveryCodes === undefined
          ? { goTo: '/account/security?done=app' }
          : showCodes(frame, recoveryCodes);
      },
    },
  }),
  ...page({
    path: '/account/factors/remove',
    summary: 'Remove a second factor',
    who: signedInHere,
    query: kindQuery,
    show(_house, { frame, form, query }) {
      const kind = query.kind ?? kindForm.safeParse(form.typed).data?.kind;
      if (kind === undefined) return { goTo: '/account/security' };
      return inAccount(frame, frame.say(`remove.${kind}`), drawFactorRemoval(frame, form, kind));
    },
    form: {
      fields: kindForm,
      refusals: ['conflict'],
      async act(house, { caller: { caller }, source }, { kind }) {
        await removeFactor(house, { caller, kind }, source);
        return { goTo: '/account/security?done=removed' };
      },
    },
  }),
  ...page({
    path: '/account/recovery-codes',
    summary: 'Make new recovery codes',
    who: signedInHere,
    async show(house, { frame, form, caller }) {
      const { recoveryCodesLeft } = await listFactors(house, caller.caller);
      const shows = drawRecoveryCodesIntro(frame, form, recoveryCodesLeft);
      return inAccount(frame, frame.say('recovery.title'), shows);
    },
    form: {
      fields: nothingForm,
      refusals: ['second_factor_unavailable', 'conflict'],
      act: async (house, { frame, caller: { caller }, source }) =>
        showCodes(frame, await makeRecoveryCodes(house, caller, source)),
    },
  }),
];

function inAccount(frame: Frame, title: string, body: Html): PageAnswer {
  return { title, shows: drawAccount(frame, { place: '/account/security', body }) };
}

function showCodes(frame: Frame, codes: readonly string[]): PageAnswer {
  return inAccount(frame, frame.say('recovery.made-title'), drawRecoveryCodes(frame, codes));
}
