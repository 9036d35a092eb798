/** What an account can be asked for after a first proof. */
export type SecondFactor = 'passkey' | 'totp' | 'sms' | 'email' | 'recovery-code';
