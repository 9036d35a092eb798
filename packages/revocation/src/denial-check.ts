import { isDead } from './dead-set.ts';
import { type Denials, scopeBit } from './denial-generations.ts';
import { isBelowEpoch } from './epochs.ts';
import { eventTypes } from './event.ts';
import { createFingerprinter, type Fingerprinter } from './fingerprint.ts';
import { touchEntry } from './fingerprint-table.ts';
import type { TokenNames } from './view.ts';

const { token, session, user, client, tenant, key } = eventTypes;

/** An API sees few of them, again and again. */
const rememberedNames = 4;

/**
 * Asks one set of denials about a token. A scope that holds nothing costs no
 * hash; the fingerprints of the last `kid`, `client_id` and `tid` are remembered.
 *
 * @param fingerprintKey 16 bytes, that of the denials
 */
export function createDenialCheck(
  denials: Denials,
  fingerprintKey: Uint8Array,
): (names: TokenNames) => boolean {
  const jtis = createFingerprinter(fingerprintKey);
  const sids = createFingerprinter(fingerprintKey);
  const subs = createFingerprinter(fingerprintKey);
  const readKid = rememberNames(createFingerprinter(fingerprintKey), key);
  const readClient = rememberNames(createFingerprinter(fingerprintKey), client);
  const readTenant = rememberNames(createFingerprinter(fingerprintKey), tenant);
  const touched = new Int32Array(1);

  function isDeadInAny(fingerprint: Int32Array): boolean {
    return isDead(denials.current.dead, fingerprint) || isDead(denials.old.dead, fingerprint);
  }

  function isBelowAny(fingerprint: Int32Array, rvs: number): boolean {
    const { current, old } = denials;
    return isBelowEpoch(current.epochs, fingerprint, rvs) || isBelowEpoch(old.epochs, fingerprint, rvs);
  }

  return ({ jti, sid, sub, clientId, tid, kid, rvs }) => {
    if (denials.keys.size > 0 && (kid === undefined || isDead(denials.keys, readKid(kid)))) return true;
    const { current, old } = denials;
    const scopes = current.scopes | old.scopes;
    if (scopes === 0) return false;
    const hasJtis = (scopes & scopeBit(token)) !== 0;
    const hasSids = (scopes & scopeBit(session)) !== 0 && sid !== undefined;
    const hasSubs = (scopes & scopeBit(user)) !== 0;
    if (hasJtis) jtis.read(token, jti);
    if (hasSids) sids.read(session, sid);
    if (hasSubs) subs.read(user, sub);
    touched[0] =
      touchEntry(current.dead, jtis.lanes) ^
      touchEntry(old.dead, jtis.lanes) ^
      touchEntry(current.dead, sids.lanes) ^
      touchEntry(old.dead, sids.lanes) ^
      touchEntry(current.epochs, subs.lanes) ^
      touchEntry(old.epochs, subs.lanes);
    if (hasJtis && isDeadInAny(jtis.lanes)) return true;
    if (hasSids && isDeadInAny(sids.lanes)) return true;
    if (hasSubs && isBelowAny(subs.lanes, rvs)) return true;
    if ((scopes & scopeBit(client)) !== 0 && isBelowAny(readClient(clientId), rvs)) return true;
    return (scopes & scopeBit(tenant)) !== 0 && tid !== undefined && isBelowAny(readTenant(tid), rvs);
  };
}

function rememberNames(fingerprinter: Fingerprinter, type: number): (name: string) => Int32Array {
  const names = Array.from({ length: rememberedNames }, (): string | undefined => undefined);
  const fingerprints = names.map(() => new Int32Array(2));
  let oldest = 0;
  return (name) => {
    for (let index = 0; index < rememberedNames; index += 1) {
      if (names[index] === name) return fingerprints[index] ?? fingerprinter.lanes;
    }
    fingerprinter.read(type, name);
    names[oldest] = name;
    fingerprints[oldest]?.set(fingerprinter.lanes);
    oldest = (oldest + 1) % rememberedNames;
    return fingerprinter.lanes;
  };
}
