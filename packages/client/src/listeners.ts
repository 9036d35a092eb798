/** Functions to be called when something happens. */
export interface Listeners<Input extends readonly unknown[]> {
  /** Returns its own end. */
  readonly add: (listener: (...input: Input) => void) => () => void;
  readonly tell: (...input: Input) => void;
}

/** A listener that throws is the application's fault to see, and must not keep the others from hearing. */
export function createListeners<Input extends readonly unknown[]>(): Listeners<Input> {
  const listeners = new Set<(...input: Input) => void>();
  return {
    add: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    tell: (...input) => {
      for (const listener of listeners) {
        try {
          listener(...input);
        } catch (error) {
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
  };
}
