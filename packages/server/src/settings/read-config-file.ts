import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SettingsError } from './settings-error.ts';

export const configFileNames: readonly string[] = ['ts', 'mts', 'js', 'mjs'].map(
  (end) => `countersign.config.${end}`,
);

export type ConfigFile =
  | { readonly kind: 'none' }
  | { readonly kind: 'found'; readonly path: string; readonly values: Readonly<Record<string, unknown>> };

/**
 * The default export of the configuration file in a directory.
 *
 * The file runs as a program: whoever can write it is the operator.
 * Does NOT check the values.
 *
 * @throws SettingsError when there are two such files, or it does not load or exports no plain object
 */
export async function readConfigFile(directory: string): Promise<ConfigFile> {
  const found = configFileNames.filter((name) => existsSync(join(directory, name)));
  const [name, second] = found;
  if (name === undefined) return { kind: 'none' };
  if (second !== undefined)
    throw new SettingsError([{ name, message: `and ${second} are both here; keep one` }]);
  const path = join(directory, name);
  const exported: unknown = await importConfig(path, name);
  const values =
    typeof exported === 'object' && exported !== null && 'default' in exported ? exported.default : undefined;
  if (!isPlainObject(values)) {
    throw new SettingsError([
      { name, message: 'has no default export of settings; write: export default defineSettings({ … })' },
    ]);
  }
  return { kind: 'found', path, values };
}

async function importConfig(path: string, name: string): Promise<unknown> {
  const url = pathToFileURL(path).href;
  const hooks = registerHooks({
    // The package may run from npx's cache, out of the configuration file's sight.
    resolve(specifier, context, next) {
      if (context.parentURL !== url || specifier !== 'countersign') return next(specifier, context);
      try {
        return next(specifier, context);
      } catch {
        return { url: ownIndex(), shortCircuit: true };
      }
    },
    // A TypeScript file is a module, whatever `type` the package.json beside it has.
    load(address, context, next) {
      const isOurs = address === url && /\.m?ts$/.test(path);
      return next(address, isOurs ? { ...context, format: 'module-typescript' } : context);
    },
  });
  try {
    return await import(url);
  } catch (error) {
    throw new SettingsError([{ name, message: `does not load: ${firstLine(error)}` }]);
  } finally {
    hooks.deregister();
  }
}

function ownIndex(): string {
  const isSource = import.meta.url.endsWith('.ts');
  return new URL(isSource ? '../index.ts' : './index.js', import.meta.url).href;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
