import { createInterface, type Interface } from 'node:readline/promises';
import { Writable } from 'node:stream';

export interface Asked {
  /** A terminal, or what stands for one: its lines are edited and not shown. */
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** One line from `input`, not shown; nothing when Ctrl-C, Ctrl-D or the end of the input comes first. */
export async function askSecret(question: string, { input, output }: Asked): Promise<string | undefined> {
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: silence, terminal: true });
  const brokenOff = whenBrokenOff(lines);
  // Only now: this terminal no longer echoes nor makes a signal of Ctrl-C.
  output.write(question);
  try {
    return await Promise.race([lines.question(''), brokenOff]);
  } finally {
    lines.close();
    output.write('\n');
  }
}

/** As `askSecret`, for a line that is shown. */
export async function askLine(question: string, { input, output }: Asked): Promise<string | undefined> {
  const lines = createInterface({ input, output, terminal: true });
  const brokenOff = whenBrokenOff(lines);
  try {
    const answer = await Promise.race([lines.question(question), brokenOff]);
    if (answer === undefined) output.write('\n');
    return answer;
  } finally {
    lines.close();
  }
}

/** Comes before the rejection of Ctrl-C, and is all that Ctrl-D and the end of the input bring. */
function whenBrokenOff(lines: Interface): Promise<undefined> {
  return new Promise((resolve) => {
    lines.once('close', () => resolve(undefined));
  });
}
