import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const connections = 64;

/** @throws Error with the line that installs what is missing */
export function checkTools(): void {
  for (const [tool, parameters] of [
    ['wrk', ['-v']],
    ['taskset', ['-V']],
  ] as const) {
    try {
      execFileSync(tool, parameters, { stdio: 'ignore' });
    } catch (error) {
      // `wrk -v` ends with 1.
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
        throw new Error(`${tool} is missing: apt-get install -y wrk util-linux`);
      }
    }
  }
}

/** A program for wrk that sends these tokens in turns. @returns its path */
export function writeProgram(folder: string, name: string, tokens: readonly string[]): string {
  const list = join(folder, `${name}.txt`);
  const program = join(folder, `${name}.lua`);
  writeFileSync(list, tokens.join('\n'));
  writeFileSync(
    program,
    `local requests = {}
local at = 0
function init(args)
  for line in io.lines("${list}") do
    requests[#requests + 1] = wrk.format("GET", "/", { ["Authorization"] = "Bearer " .. line })
  end
end
function request()
  at = at + 1
  if at > #requests then at = 1 end
  return requests[at]
end
`,
  );
  return program;
}

/** @returns requests a second. @throws Error when an answer is not 200 */
export async function runWrk(port: number, program: string, seconds: number): Promise<number> {
  const parameters = ['-c', '1', 'wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '-s', program];
  const { stdout } = await promisify(execFile)('taskset', [...parameters, `http://127.0.0.1:${port}/`]);
  if (/Non-2xx/.test(stdout)) throw new Error(`answers other than 200:\n${stdout}`);
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1];
  if (rate === undefined) throw new Error(`wrk says:\n${stdout}`);
  return Number(rate);
}
