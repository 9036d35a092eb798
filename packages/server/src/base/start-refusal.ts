/** The process may not start like this. The message names what is wrong and the way out, never a secret. */
export class StartRefusal extends Error {
  override readonly name = 'StartRefusal';
}
