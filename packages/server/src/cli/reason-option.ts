import { type Call, type Option, UsageError } from './command.ts';

export const reasonOption: Option = {
  type: 'string',
  value: '<text>',
  help: 'Why, for the audit table; required',
};

/** @throws UsageError */
export function requiredReason(call: Call): string {
  const reason = call.text('reason');
  if (reason === undefined) throw new UsageError('--reason is missing');
  return reason;
}
