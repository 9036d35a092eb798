/**
 * The three errors of jsonwebtoken 9. `name` and `message` are enumerable, in this
 * order, because applications send these errors to logs and clients as JSON.
 */

/** A token, a key or an option is refused. */
export class JsonWebTokenError extends Error {
  static {
    // On the prototype too, so that the first line of `stack` has it.
    this.prototype.name = 'JsonWebTokenError';
  }

  declare inner: Error;

  constructor(message: string, error?: Error) {
    super(message);
    const { name } = this;
    // What `super` defines cannot be enumerated, and would stand before the name.
    Reflect.deleteProperty(this, 'message');
    this.name = name;
    this.message = message;
    if (error) this.inner = error;
  }
}

/** `exp` is past, or the token is older than `maxAge`; `expiredAt` says since when. */
export class TokenExpiredError extends JsonWebTokenError {
  static {
    this.prototype.name = 'TokenExpiredError';
  }

  expiredAt: Date;

  constructor(message: string, expiredAt: Date) {
    super(message);
    this.expiredAt = expiredAt;
  }
}

/** `nbf` is still to come; `date` says when. */
export class NotBeforeError extends JsonWebTokenError {
  static {
    this.prototype.name = 'NotBeforeError';
  }

  date: Date;

  constructor(message: string, date: Date) {
    super(message);
    this.date = date;
  }
}
