import { createInterface } from 'node:readline/promises';
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
  // Comes before the rejection of Ctrl-C, and is all that Ctrl-D and the end of the input bring.
  const brokenOff = new Promise<undefined>((resolve) => {
    lines.once('close', () => resolve(undefined));
  });
  // Only now: this terminal no longer echoes nor makes a signal of Ctrl-C.
  output.write(question);
  try {
    return await Promise.race([lines.question(''), brokenOff]);
  } finally {
    lines.close();
    output.write('\n');
  }
}
