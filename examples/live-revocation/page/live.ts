import { createClient } from '@countersign/client';
import { type Act, type ActRecord, beginRecord, isSettled, note, summarize } from './act-record.ts';
import { drawRecord } from './draw-record.ts';
import { createLane, type Lane, type LaneKind } from './lane.ts';
import { find, readSetup } from './setup.ts';
import { readTokenFacts } from './token-facts.ts';

const setup = await readSetup();
let lanes: readonly Lane[] = [];
let lastAuthorization: string | undefined;
let current: ActRecord | undefined;
let isDisabled = false;
let isSigningIn = false;

/** Sees every answer, also those that the client hides by renewing and asking again. */
const watchedFetch: typeof fetch = async (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  const authorization = new Headers(init?.headers).get('authorization');
  if (authorization !== null) lastAuthorization = authorization;
  const beganAt = performance.now();
  const response = await fetch(input, init);
  const tookMs = performance.now() - beganAt;
  for (const lane of lanes) lane.heard(url, { status: response.status, tookMs });
  return response;
};

const auth = createClient({
  issuer: setup.issuer,
  storage: 'memory',
  apiOrigins: setup.apis.map(({ origin }) => origin),
  fetch: watchedFetch,
});

const caller = {
  isSignedIn: () => auth.user !== undefined,
  call: (url: string) =>
    auth.user === undefined && lastAuthorization !== undefined
      ? watchedFetch(url, { headers: { authorization: lastAuthorization } })
      : auth.fetch(url),
};

const endsSession = new Set(['sign-out', 'disable']);
const buttons = [...document.querySelectorAll<HTMLButtonElement>('[data-act]')];
const status = find('#status');

function noted(what: 'accepted' | 'refused' | 'closed'): (kind: LaneKind, atMs: number) => void {
  return (kind, atMs) => {
    if (current === undefined || isSettled(current)) return;
    if (note(current, { kind, what, atMs })) showRecord(current);
  };
}

async function perform(act: Act): Promise<void> {
  const token = await auth.accessToken();
  if (token === undefined) return;
  const { jti, kid } = readTokenFacts(token);
  const record = beginRecord(act);
  current = record;
  showRecord(record);
  if (act.name === 'sign-out') return await auth.signOut();
  isDisabled = act.name === 'disable';
  const answer = await postAct(act.name, { jti, kid });
  if (answer.connected !== undefined)
    record.confirmed = { confirmed: 0, ...answer, connected: answer.connected };
  showRecord(record);
}

async function postAct(
  name: string,
  subject: { readonly jti: string; readonly kid: string },
): Promise<{ readonly confirmed?: number; readonly connected?: number }> {
  const response = await fetch(`/acts/${name}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(subject),
  });
  if (!response.ok) throw new Error(`the act failed: ${response.status}`);
  return await response.json();
}

async function signIn(): Promise<void> {
  isSigningIn = true;
  showAccount();
  try {
    if (isDisabled) await postAct('enable', { jti: '', kid: '' });
    isDisabled = false;
    await auth.signIn(setup.credentials);
  } finally {
    isSigningIn = false;
    showAccount();
  }
}

function showRecord(record: ActRecord): void {
  find('#nothing').hidden = true;
  const id = `record-${record.clickedAtMs}`;
  const item = document.getElementById(id) ?? document.createElement('li');
  item.id = id;
  if (!item.isConnected) find('#records').prepend(item);
  drawRecord(item, record);
  showButtons();
}

/** One act at a time: what is measured must have one cause. */
function showButtons(): void {
  const isBusy = current !== undefined && !isSettled(current);
  for (const button of buttons)
    button.setAttribute('aria-disabled', String(isBusy || auth.user === undefined));
  if (current === undefined) return;
  const said = isBusy ? `${current.act.title}: watching both APIs.` : summarize(current);
  if (status.textContent !== said) status.textContent = said;
}

function showAccount(): void {
  const facts = find('#facts');
  const isOut = auth.user === undefined && !isSigningIn;
  find('#again').hidden = !isOut;
  facts.hidden = isOut;
  find('#sign-in').textContent = isDisabled ? 'Enable the user and sign in again' : 'Sign in again';
  showButtons();
  if (!isOut) showToken().catch(fail);
}

async function showToken(): Promise<void> {
  const token = await auth.accessToken();
  if (token === undefined) return;
  const { jti, kid, roles } = readTokenFacts(token);
  const name = auth.user?.name ?? '';
  const ids = `Token ${jti.slice(0, 6)}…, signed by key ${kid.slice(0, 6)}….`;
  find('#facts').textContent = `${name}, roles ${roles.join(' and ')}. ${ids}`;
}

function fail(error: unknown): void {
  const fault = error instanceof Error ? error.message : String(error);
  if (current !== undefined && !isSettled(current)) {
    current.fault = fault;
    showRecord(current);
  } else find('#fault').textContent = fault;
}

const events = { accepted: noted('accepted'), refused: noted('refused'), streamClosed: noted('closed') };
lanes = setup.apis.map((api) => createLane(api, caller, events));

new EventSource('/commits').addEventListener('message', ({ data }: MessageEvent<string>) => {
  const commit: { seq: number; atMs: number } = JSON.parse(data);
  for (const lane of lanes) lane.committed(commit.atMs);
  if (current === undefined || current.commit !== undefined || commit.atMs < current.clickedAtMs) return;
  current.commit = commit;
  showRecord(current);
});
for (const button of buttons) {
  const { act: name = '' } = button.dataset;
  const act = { name, title: button.textContent ?? name, endsSession: endsSession.has(name) };
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-disabled') !== 'true') perform(act).catch(fail);
  });
}
find('#sign-in').addEventListener('click', () => {
  // The pressed button goes away: the focus moves on to the first act.
  signIn()
    .then(() => buttons[0]?.focus())
    .catch(fail);
});
auth.subscribe(showAccount);
auth.on('renewed', showAccount);

/** Somebody who asked for less motion gets two pictures a second. */
const stillness = matchMedia('(prefers-reduced-motion: reduce)');
let drawnAt = 0;
function draw(at: number): void {
  if (at - drawnAt >= (stillness.matches ? 500 : 30)) {
    drawnAt = at;
    for (const lane of lanes) lane.draw(Date.now());
  }
  requestAnimationFrame(draw);
}

await signIn().catch(fail);
for (const lane of lanes) lane.start();
requestAnimationFrame(draw);
