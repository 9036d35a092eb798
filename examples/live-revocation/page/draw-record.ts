import { type ActRecord, isSettled, rowsOf } from './act-record.ts';

/** Fills a list item with one act: what became of the token at each API, and at which event. */
export function drawRecord(item: HTMLElement, record: ActRecord): void {
  item.className = 'card';
  const rows = rowsOf(record);
  const table = element('table', [
    element('thead', [row('th', ['', 'first refusal', 'stream closed', 'new token'])]),
    element(
      'tbody',
      rows.map(({ api, refusedMs, closedMs, acceptedMs }) =>
        row('td', [api, ...[refusedMs, closedMs, acceptedMs].map(inMs)]),
      ),
    ),
  ]);
  const small = element('p', [describeEvent(record)]);
  small.className = 'soft';
  item.replaceChildren(element('h3', [record.act.title]), ...(rows.length > 0 ? [table] : []), small);
}

function describeEvent(record: ActRecord): string {
  const { commit, confirmed, fault } = record;
  return [
    commit === undefined ? 'Not committed yet' : `Event ${commit.seq}`,
    ...(confirmed === undefined ? [] : [`${confirmed.confirmed} of ${confirmed.connected} guards confirmed`]),
    ...(fault === undefined ? [] : [fault]),
    ...(isSettled(record) ? [] : ['watching']),
  ].join(', ');
}

function inMs(ms: number | undefined): string {
  return ms === undefined ? '–' : `${ms}\u00a0ms`;
}

/** The first cell is the head of its row. */
function row(cell: 'th' | 'td', [first = '', ...others]: readonly string[]): HTMLElement {
  const head = element(first === '' ? 'td' : 'th', [first]);
  if (first !== '') head.setAttribute('scope', 'row');
  const cells = others.map((text) => element(cell, [text]));
  if (cell === 'th') for (const one of cells) one.setAttribute('scope', 'col');
  return element('tr', [head, ...cells]);
}

function element(tag: string, content: readonly (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  made.append(...content);
  return made;
}
