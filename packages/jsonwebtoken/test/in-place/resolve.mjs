/**
 * Loaded before an application (`node --import`): `jsonwebtoken` becomes the
 * drop-in, for the application and for what it depends on, as the line
 * `overrides` of a package.json does it.
 */
import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

const { resolve } = createRequire(import.meta.url);
const here = new URL('.', import.meta.url).href;

const standIns = new Map(
  [
    ['jsonwebtoken', '@countersign/jsonwebtoken'],
    ['express', './express.cjs'],
    ['bcrypt', './bcrypt.cjs'],
  ].map(([name, found]) => [name, pathToFileURL(resolve(found)).href]),
);

registerHooks({
  resolve(specifier, context, next) {
    const url = context.parentURL?.startsWith(here) ? undefined : standIns.get(specifier);
    return url === undefined ? next(specifier, context) : { url, shortCircuit: true };
  },
});
