export { ClientError, type ClientErrorCode, type Problem } from './client-error.ts';
export type { AuthEvents, AuthState, SignedOutReason } from './client-state.ts';
export { type Auth, type ClientOptions, createClient } from './create-client.ts';
export type { TokenSource } from './fetch-with-token.ts';
export type { Credentials, SignInOutcome } from './sign-in.ts';
export type { Registration, SignUpOutcome } from './sign-up.ts';
export type { CustomStorage } from './storage/custom.ts';
export type { StorageChoice } from './storage/open-storage.ts';
export type { DeviceSession, User } from './wire.ts';
