import { createWebhook } from '../../flows/admin/create-webhook.ts';
import { deleteWebhook } from '../../flows/admin/delete-webhook.ts';
import { listWebhooks } from '../../flows/admin/list-webhooks.ts';
import { testWebhook } from '../../flows/admin/test-webhook.ts';
import type { Webhook } from '../../flows/admin/webhook.ts';
import { type Call, type Command, type ExitCode, requiredOperand, UsageError } from '../command.ts';
import { commandLine, withHouse } from '../open-house.ts';
import { pageOptions, readPage } from '../page-options.ts';
import { writeTable } from '../write-table.ts';

export const webhookCommands: readonly Command[] = [
  {
    name: 'webhooks create',
    summary: 'Register an endpoint that is told of revocations',
    options: { url: { type: 'string', value: '<address>', help: 'Where events are posted to; required' } },
    details: ['The secret that verifies events is shown once. A running server delivers.'],
    run: create,
  },
  {
    name: 'webhooks list',
    summary: 'List endpoints, newest first, and how they fare',
    options: pageOptions,
    run: list,
  },
  {
    name: 'webhooks test',
    summary: 'Send an endpoint an event of type webhook.test, now',
    operands: ['<webhook>'],
    details: ['Exit code 1 when it was not delivered.'],
    run: test,
  },
  {
    name: 'webhooks delete',
    summary: 'Remove an endpoint and its secret',
    operands: ['<webhook>'],
    run: remove,
  },
];

async function create(call: Call): Promise<ExitCode> {
  const url = call.text('url');
  if (url === undefined) throw new UsageError('--url is missing');
  const { webhook, secret } = await withHouse(call.terminal, (house, source) =>
    createWebhook(house, { actor: commandLine, url }, source),
  );
  call.terminal.print(
    call.isJson
      ? JSON.stringify({ webhook: webhookAsJson(webhook), secret })
      : [`Webhook:                  ${webhook.id}`, `Secret, shown this once:  ${secret}`].join('\n'),
  );
  return 0;
}

async function list(call: Call): Promise<ExitCode> {
  const { items, nextCursor } = await withHouse(call.terminal, (house) =>
    listWebhooks(house, readPage(call)),
  );
  if (call.isJson) {
    call.terminal.print(JSON.stringify({ items: items.map(webhookAsJson), next_cursor: nextCursor }));
    return 0;
  }
  const rows = items.map((item) => [
    item.id,
    item.url,
    stateOf(item),
    shown(item.deliveredAtMs),
    item.fault ?? '-',
  ]);
  call.terminal.print(
    items.length === 0
      ? 'There are no webhooks.'
      : writeTable(['id', 'address', 'state', 'last delivered', 'fault'], rows),
  );
  if (nextCursor !== null) call.terminal.warn(`There are more: --cursor ${nextCursor}`);
  return 0;
}

async function test(call: Call): Promise<ExitCode> {
  const id = requiredOperand(call, 0);
  const { delivered, fault } = await withHouse(call.terminal, (house) => testWebhook(house, id));
  call.terminal.print(
    call.isJson ? JSON.stringify({ delivered, fault }) : delivered ? 'Delivered.' : `Not delivered: ${fault}`,
  );
  return delivered ? 0 : 1;
}

async function remove(call: Call): Promise<ExitCode> {
  const webhookId = requiredOperand(call, 0);
  await withHouse(call.terminal, (house, source) =>
    deleteWebhook(house, { actor: commandLine, webhookId }, source),
  );
  call.terminal.print(
    call.isJson ? JSON.stringify({ id: webhookId }) : `The webhook ${webhookId} is removed.`,
  );
  return 0;
}

function stateOf({ disabledAtMs, failingSinceMs }: Webhook): string {
  if (disabledAtMs !== null) return 'disabled';
  return failingSinceMs === null ? 'active' : `failing since ${shown(failingSinceMs)}`;
}

function shown(atMs: number | null): string {
  return atMs === null ? '-' : new Date(atMs).toISOString().slice(0, 19);
}

/** One endpoint, in the words of the API. */
function webhookAsJson(webhook: Webhook): Readonly<Record<string, unknown>> {
  const time = (atMs: number | null): string | null => (atMs === null ? null : new Date(atMs).toISOString());
  return {
    id: webhook.id,
    url: webhook.url,
    created_at: time(webhook.createdAtMs),
    disabled_at: time(webhook.disabledAtMs),
    delivered_at: time(webhook.deliveredAtMs),
    failing_since: time(webhook.failingSinceMs),
    fault: webhook.fault,
  };
}
