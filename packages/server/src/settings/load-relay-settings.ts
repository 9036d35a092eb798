import { Secret } from '../base/secret.ts';
import { readTls } from './complete-settings.ts';
import { listUnsafeRelay, type UnsafeSetting } from './list-unsafe.ts';
import { checkSafe, readGiven, type SettingsPlace } from './load-settings.ts';
import type { FilledSettingValues, RelaySettings, SettingProblem } from './settings.ts';
import { SettingsError } from './settings-error.ts';

export interface LoadedRelaySettings {
  readonly settings: RelaySettings;
  /** What is unsafe and allowed in this mode. */
  readonly unsafe: readonly UnsafeSetting[];
}

/**
 * The settings of a relay, from the same places as a server's; what only a server needs is not asked for.
 *
 * @throws SettingsError naming every setting that is unknown, malformed, missing or unsafe in production
 */
export async function loadRelaySettings(place: SettingsPlace): Promise<LoadedRelaySettings> {
  const { values, files } = await readGiven(place);
  const settings = complete(values);
  const unsafe = listUnsafeRelay(settings, files, place.nowMs);
  checkSafe(unsafe);
  return { settings, unsafe };
}

function complete(values: FilledSettingValues): RelaySettings {
  const problems: SettingProblem[] = [];
  const tls = readTls(values, problems);
  const { issuer, relayClientId: clientId, relayClientSecret } = values;
  if (issuer === undefined)
    problems.push(missing('issuer', 'the origin of the server whose feed is relayed'));
  if (clientId === undefined)
    problems.push(missing('relayClientId', 'a client with the scope revocations:read'));
  if (relayClientSecret === undefined) {
    problems.push(missing('relayClientSecret', 'the secret of that client, best kept in a file'));
  }
  if (values.signingAlgorithm === 'HS256') {
    problems.push({
      name: 'signingAlgorithm',
      message: 'is HS256: a relay verifies tokens by public keys, and there are none',
    });
  }
  const isWhole = issuer !== undefined && clientId !== undefined && relayClientSecret !== undefined;
  if (!isWhole || problems.length > 0) throw new SettingsError(problems);
  const { mode, port, host, trustedProxies, logLevel, shutdownSeconds } = values;
  return {
    mode,
    port,
    host,
    trustedProxies,
    logLevel,
    shutdownSeconds,
    issuer,
    clientId,
    tls,
    audience: values.audience ?? issuer,
    clientSecret: new Secret(relayClientSecret),
    upstream: values.relayUpstream,
  };
}

function missing(name: string, what: string): SettingProblem {
  return { name, message: `is required: ${what}` };
}
