/** Runs a task once, after so many milliseconds, unless the returned function is called before. */
export type Schedule = (task: () => void, afterMs: number) => () => void;

/** By timers that do not keep the process alive. */
export const scheduleByTimer: Schedule = (task, afterMs) => {
  const timer = setTimeout(task, afterMs).unref();
  return () => clearTimeout(timer);
};
