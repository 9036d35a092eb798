/** Time of one call, in nanoseconds: by the clock, and by the processor, which is steadier on a shared machine. */
export interface Sample {
  readonly wallNs: number;
  readonly cpuNs: number;
}

/** Repeats a call, all of it together timed. */
export function sample(times: number, call: (index: number) => void): Sample {
  const cpu = process.threadCpuUsage();
  const start = performance.now();
  for (let index = 0; index < times; index += 1) call(index);
  const wallMs = performance.now() - start;
  const { user, system } = process.threadCpuUsage(cpu);
  return { wallNs: (wallMs * 1e6) / times, cpuNs: ((user + system) * 1e3) / times };
}

export function median(samples: readonly Sample[]): Sample {
  return {
    wallNs: middle(samples.map((each) => each.wallNs)),
    cpuNs: middle(samples.map((each) => each.cpuNs)),
  };
}

export function middle(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
