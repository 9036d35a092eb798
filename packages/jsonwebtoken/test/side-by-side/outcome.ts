import type { Api } from './apis.ts';

/** What a call came to, in a form in which the two packages can be compared. */
export interface Outcome {
  readonly value?: unknown;
  readonly error?: Readonly<Record<string, unknown>>;
}

export function outcomeOf(api: Api, call: () => unknown): Outcome {
  try {
    return { value: call() };
  } catch (error) {
    return { error: describe(api, error) };
  }
}

/** What a callback was told, the first time; `never` when it was not called before the next turn of the event loop. */
export function outcomeOfCallback(api: Api, call: (callback: unknown) => unknown): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const callback = (error: unknown, value: unknown): void =>
    resolve(error === null ? { value } : { error: describe(api, error) });
  try {
    call(callback);
  } catch (error) {
    resolve({ error: { ...describe(api, error), isThrown: true } });
  }
  setImmediate(() => resolve({ error: { isNever: true } }));
  return promise;
}

function describe(api: Api, error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { thrown: error };
  return {
    name: error.name,
    message: error.message,
    own: Object.entries(error),
    json: JSON.stringify(error),
    text: String(error),
    classes: ['JsonWebTokenError', 'TokenExpiredError', 'NotBeforeError'].filter(
      (name) => error instanceof Object(Reflect.get(api, name)),
    ),
    isTypeError: error instanceof TypeError,
    isSyntaxError: error instanceof SyntaxError,
  };
}
