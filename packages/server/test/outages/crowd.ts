/**
 * People in a process of their own, who ask an API every second and write down what they see.
 * Started by `run-outages.ts`, which tells it of phases; it answers with what was seen in the last one.
 */
import { createDraw } from '../faults/ledger.ts';
import { ask, count, openPerson, type Person, signIn } from './people.ts';

export interface CrowdOrder {
  readonly issuer: string;
  readonly api: string;
  readonly howMany: number;
  readonly seed: number;
  /** Where everybody is once signed in, as behind one router; default: each in a network of their own. */
  readonly address?: string;
}

export interface PhaseReport {
  readonly seen: Readonly<Record<string, number>>;
  readonly refreshes: number;
  readonly signedOut: number;
}

export type CrowdMessage =
  | { readonly kind: 'begin'; readonly order: CrowdOrder }
  /** Nobody asks anything; everybody does; go on as before. */
  | { readonly kind: 'sleep' | 'wake' | 'report' };

const periodMs = 1000;

let people: readonly Person[] = [];
let seen = new Map<string, number>();
let refreshesBefore = 0;
let isAwake = false;

process.on('message', (message: CrowdMessage) => {
  void take(message).then((answer) => process.send?.(answer));
});

async function take(message: CrowdMessage): Promise<PhaseReport> {
  if (message.kind === 'begin') await begin(message.order);
  if (message.kind !== 'report') isAwake = message.kind !== 'sleep';
  return report();
}

/** Right passwords of one account are guesses too, until they were looked at: ten may be under way, and crowds come together. */
const atOnce = 2;

async function begin({ issuer, api, howMany, seed, address }: CrowdOrder): Promise<void> {
  const draw = createDraw(seed);
  people = Array.from({ length: howMany }, (_, index) => openPerson({ issuer, api }, index));
  for (let first = 0; first < howMany; first += atOnce) {
    await Promise.all(people.slice(first, first + atOnce).map(signIn));
  }
  for (const person of people) {
    person.address = address ?? person.address;
    setTimeout(() => setInterval(() => void look(person, api), periodMs), draw(periodMs));
  }
}

const busy = new Set<Person>();

async function look(person: Person, api: string): Promise<void> {
  if (!isAwake || busy.has(person)) return;
  busy.add(person);
  count([await ask(person, api).catch((error: unknown) => String(error))], seen);
  busy.delete(person);
}

function report(): PhaseReport {
  const refreshes = people.reduce((sum, person) => sum + person.refreshes, 0);
  const answer = {
    seen: Object.fromEntries(seen),
    refreshes: refreshes - refreshesBefore,
    signedOut: people.reduce((sum, { signedOut }) => sum + signedOut, 0),
  };
  seen = new Map();
  refreshesBefore = refreshes;
  return answer;
}
