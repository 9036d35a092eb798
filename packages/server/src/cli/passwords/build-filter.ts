import { resolve } from 'node:path';
import { buildBreachFilter, type BuiltFilter } from '../../proofs/build-breach-filter.ts';
import { type Call, type Command, type ExitCode, UsageError } from '../command.ts';

export const passwordsBuildFilter: Command = {
  name: 'passwords build-filter',
  summary: 'Make a filter of leaked passwords out of a list',
  options: {
    from: {
      type: 'string',
      value: '<file>',
      help: 'One entry a line: SHA-1:count, or passwords as they are',
    },
    to: { type: 'string', value: '<file>', help: 'The filter; appears when it is whole' },
  },
  details: ['For COUNTERSIGN_BREACHED_PASSWORDS_FILE. Needs no database. About 2.4 bytes an entry.'],
  run: build,
};

async function build(call: Call): Promise<ExitCode> {
  const { directory } = call.terminal;
  const from = call.text('from');
  const to = call.text('to');
  if (from === undefined || to === undefined)
    throw new UsageError('Name the list with --from and the filter with --to');
  let built: BuiltFilter;
  try {
    built = await buildBreachFilter(resolve(directory, from), resolve(directory, to));
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    call.terminal.warn(`The filter was not made (${String(error.code)}).`);
    return 1;
  }
  call.terminal.print(call.isJson ? asJson(built) : inWords(built));
  return 0;
}

function inWords({ entries, fileBytes, falsePositiveRate }: BuiltFilter): string {
  const rate = falsePositiveRate === 0 ? 'none' : `one in ${Math.round(1 / falsePositiveRate)}`;
  return `${entries} entries, ${fileBytes} bytes; good passwords that are refused by mistake: ${rate}`;
}

function asJson({ entries, fileBytes, falsePositiveRate }: BuiltFilter): string {
  return JSON.stringify({ entries, file_bytes: fileBytes, false_positive_rate: falsePositiveRate });
}
