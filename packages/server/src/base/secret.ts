import { inspect } from 'node:util';

const shown = '[secret]';

/**
 * A value that no log, error or dump prints: `toString`, `toJSON` and
 * `util.inspect` give `[secret]`. Only `reveal()` gives the value.
 */
export class Secret<Value = string> {
  readonly #value: Value;

  constructor(value: Value) {
    this.#value = value;
  }

  reveal(): Value {
    return this.#value;
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [inspect.custom](): string {
    return shown;
  }
}
