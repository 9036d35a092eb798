import type { Actor } from '../../base/actor.ts';
import type { House, RequestSource } from '../../base/house.ts';
import { readName } from '../../rules/account-names.ts';
import { raiseClientGeneration } from '../../store/clients.ts';
import { updateMachineClient } from '../../store/machine-clients.ts';
import { publishEvents } from '../../store/revocations.ts';
import { endSessionsOfClient } from '../../store/session-list.ts';
import { type BegunAct, beginAct } from '../begin-act.ts';
import { checkNames } from './check-names.ts';
import { commitAct, refusedAs, type Step } from '../commit-act.ts';
import { type MachineClient, readMachineClient } from './machine-client.ts';

export interface ClientChange {
  readonly name?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly disabled?: boolean | undefined;
}

interface ChangeClient {
  readonly actor: Actor;
  readonly clientId: string;
  readonly change: ClientChange;
}

/**
 * Disabling ends the client's tokens and sessions, and other scopes end its
 * tokens: the next one says what holds now.
 *
 * @throws Refusal `not_found`, `invalid_request`
 */
export async function changeClient(
  house: House,
  { actor, clientId, change }: ChangeClient,
  source: RequestSource,
): Promise<MachineClient> {
  const before = await readMachineClient(house, clientId);
  const name = change.name === undefined ? undefined : readName(change.name);
  const scopes = readOtherScopes(before, change.scopes);
  const isDisabled = before.disabledAtMs !== null;
  const disabled = change.disabled === isDisabled ? undefined : change.disabled;
  const fields = Object.entries({ name, scopes, disabled }).flatMap(([field, value]) =>
    value === undefined ? [] : [field],
  );
  if (fields.length === 0) return before;
  const act = beginAct(house, actor, source);
  const endsTokens = scopes !== undefined || disabled === true;
  await commitAct(house, [
    act.record('client.changed', { subject: clientId, detail: { fields, ...(scopes && { scopes }) } }),
    refusedAs(
      updateMachineClient(clientId, { name, scopes, disabledAtMs: disabledAt(disabled, act) }),
      'not_found',
    ),
    ...(disabled === true ? endClient(clientId, 'client disabled', act) : []),
    ...(endsTokens
      ? publishEvents(house.feed, act, [{ scope: 'client', subject: clientId, reason: 'client changed' }])
      : []),
  ]);
  return readMachineClient(house, clientId);
}

/** Those that the client has already change nothing, and end no token. */
function readOtherScopes(
  before: MachineClient,
  wanted: readonly string[] | undefined,
): readonly string[] | undefined {
  if (wanted === undefined) return undefined;
  const scopes = checkNames('scopes', wanted);
  const isSame =
    scopes.length === before.scopes.length && scopes.every((scope) => before.scopes.includes(scope));
  return isSame ? undefined : scopes;
}

function disabledAt(disabled: boolean | undefined, act: BegunAct): number | null | undefined {
  if (disabled === undefined) return undefined;
  return disabled ? act.atMs : null;
}

function endClient(clientId: string, reason: string, act: BegunAct): Step[] {
  return [
    refusedAs(raiseClientGeneration(clientId), 'not_found'),
    endSessionsOfClient(clientId, reason, act.atMs),
  ];
}
