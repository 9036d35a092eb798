import { find, titles, type Setup } from './setup.ts';
import { createTrace } from './trace.ts';

export type LaneKind = Setup['apis'][number]['kind'];

/** What a lane tells; times in milliseconds since 1970, by this machine's clock. */
export interface LaneEvents {
  accepted(kind: LaneKind, atMs: number): void;
  refused(kind: LaneKind, atMs: number): void;
  /** By the API, which knows the time. */
  streamClosed(kind: LaneKind, atMs: number): void;
}

export interface Caller {
  /** With the token of the client, or after a sign-out with the last one that it had. */
  call(url: string): Promise<Response>;
  isSignedIn(): boolean;
}

export interface Lane {
  readonly kind: LaneKind;
  /** Of every answer of the API, also of those that the client repeats by itself. */
  heard(url: string, answer: { readonly status: number; readonly tookMs: number }): void;
  committed(atMs: number): void;
  draw(nowMs: number): void;
  start(): void;
}

const everyMs = 50;
const mostOpenCalls = 4;
const reopenAfterMs = 200;

/** One API: the loop that asks it, the stream that it holds open, and their picture. */
export function createLane(
  { kind, origin }: Setup['apis'][number],
  caller: Caller,
  events: LaneEvents,
): Lane {
  const card = showCard(kind, origin);
  const trace = createTrace(find('canvas', card));
  const counts = { accepted: 0, refused: 0 };
  const whoAmI = `${origin}/whoami`;

  const show = (isAccepted: boolean): void => {
    card.dataset['state'] = isAccepted ? 'accepted' : 'refused';
    setText(find('.state', card), isAccepted ? 'accepted' : 'refused');
    setText(find('.accepted', card), counts.accepted.toLocaleString('en'));
    setText(find('.refused', card), counts.refused.toLocaleString('en'));
  };
  const heard: Lane['heard'] = (url, { status, tookMs }) => {
    if (url !== whoAmI) return;
    const [atMs, isAccepted] = [Date.now(), status === 200];
    counts[isAccepted ? 'accepted' : 'refused'] += 1;
    trace.answered({ atMs, tookMs, isAccepted });
    show(isAccepted);
    events[isAccepted ? 'accepted' : 'refused'](kind, atMs);
  };
  const showStream = (text: 'open' | 'closed'): void => setText(find('.stream', card), text);
  const holdStream = async (): Promise<void> => {
    const response = await caller.call(`${origin}/stream`);
    if (!response.ok) return void (await response.text());
    trace.streamOpened(Date.now());
    showStream('open');
    const closedAtMs = Number(
      /^data: (\d+)$/m.exec(await response.text().catch(() => ''))?.[1] ?? Date.now(),
    );
    trace.streamClosed(closedAtMs);
    showStream('closed');
    events.streamClosed(kind, closedAtMs);
  };
  return {
    kind,
    heard,
    committed: trace.committed,
    draw: trace.draw,
    start() {
      startLoop(() => caller.call(whoAmI));
      void repeat(async () => {
        if (caller.isSignedIn()) await holdStream();
      });
    },
  };
}

/** A tick is left out while too many calls wait for their answers. */
function startLoop(call: () => Promise<Response>): void {
  let open = 0;
  const ask = async (): Promise<void> => {
    if (open >= mostOpenCalls) return;
    open += 1;
    try {
      await (await call()).text();
    } catch {
      // No answer is no beat; what the client could not renew is refused at the next one.
    } finally {
      open -= 1;
    }
  };
  setInterval(() => void ask(), everyMs);
}

async function repeat(work: () => Promise<void>): Promise<never> {
  for (;;) {
    await work().catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, reopenAfterMs));
  }
}

function showCard(kind: LaneKind, origin: string): HTMLElement {
  const card = find(`[data-api=${kind}]`);
  setText(find('h2', card), `API in ${titles[kind]}`);
  setText(find('.origin', card), new URL(origin).host);
  return card;
}

function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
