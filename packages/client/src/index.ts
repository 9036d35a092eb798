export type { StepUpNeed } from './challenge.ts';
export { ClientError, type ClientErrorCode, type Problem } from './client-error.ts';
export type { AuthEvents, AuthState, SignedOutReason } from './client-state.ts';
export { type Auth, type ClientOptions, createClient } from './create-client.ts';
export type { TokenSource } from './fetch-with-token.ts';
export type { Factors } from './factors.ts';
export type {
  Credentials,
  FactorName,
  SecondFactorNeeded,
  SignedIn,
  SignInOutcome,
} from './sign-in.ts';
export type { Registration, SignUpOutcome } from './sign-up.ts';
export type { StepUp, StepUpHandler } from './step-up.ts';
export type { CustomStorage } from './storage/custom.ts';
export type { StorageChoice } from './storage/open-storage.ts';
export type {
  AddedFactor,
  BegunApp,
  DeviceSession,
  FactorList,
  ListedFactor,
  RecoveryCodes,
  User,
} from './wire.ts';
