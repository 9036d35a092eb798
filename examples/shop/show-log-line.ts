/** The auth server writes JSON lines; a person at a terminal wants to see what happened. */
export function showLogLine(name: string, line: string): void {
  const text = readRequest(line) ?? readEvent(line) ?? line;
  if (text.trim() !== '') process.stdout.write(`${name}  ${text}\n`);
}

function readRequest(line: string): string | undefined {
  const { event, method, route, status, ms } = readObject(line);
  return event === 'request' ? `${[method, route, status].join(' ')} (${String(ms)} ms)` : undefined;
}

function readEvent(line: string): string | undefined {
  const { at: _at, level, event, ...fields } = readObject(line);
  return typeof event === 'string' ? `${String(level)} ${event} ${JSON.stringify(fields)}` : undefined;
}

function readObject(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
