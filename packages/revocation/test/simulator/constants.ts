export const issuerName = 'https://id.example';
export const fingerprintKey: Uint8Array = Uint8Array.from({ length: 16 }, (_, i) => i);
/** Short, so that a run of a minute sees generations come and go. */
export const ttlSeconds = 6;
export const skewMs = 2000;
