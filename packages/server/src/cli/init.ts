import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configFileNames } from '../settings/read-config-file.ts';
import type { Call, Command, ExitCode } from './command.ts';

export const init: Command = {
  name: 'init',
  summary: 'Write a configuration into this folder; overwrites nothing',
  options: {
    production: { type: 'boolean', help: 'Write .env.example: what production has to set, without secrets' },
  },
  run: async (call) => (call.isSet('production') ? writeProduction(call) : writeDevelopment(call)),
};

const config = `import { defineSettings } from 'countersign';

export default defineSettings({
  mode: 'development',
});
`;

const productionExample = `# What production has to set. Copy to a place that only the server's user can read.
# Each name may end in _FILE; the value is then the content of that file.

COUNTERSIGN_MODE=production

# The https origin under which clients reach the server; it stands in every token.
COUNTERSIGN_ISSUER=https://auth.example.com

# 32 random bytes; without them the keys in the database cannot be opened. Back them up
# apart from the database. Make the file, mode 0600, with:
#   (umask 077 && npx countersign keys generate-secret > /etc/countersign/master.key)
COUNTERSIGN_MASTER_KEY_FILE=/etc/countersign/master.key

COUNTERSIGN_DATABASE_URL=sqlite:/var/lib/countersign/countersign.db

# HTTPS: either a proxy that provides it …
COUNTERSIGN_TRUSTED_PROXIES=127.0.0.1
# … or the server itself:
# COUNTERSIGN_TLS_CERT_FILE=/etc/countersign/tls.crt
# COUNTERSIGN_TLS_KEY_FILE=/etc/countersign/tls.key
# COUNTERSIGN_HOST=0.0.0.0
# COUNTERSIGN_PORT=443

# Mail: verification, reset, notices. Without a server none is sent.
# COUNTERSIGN_SMTP_URL_FILE=/etc/countersign/smtp.url
# COUNTERSIGN_MAIL_FROM=Example <auth@example.com>
`;

function writeDevelopment(call: Call): ExitCode {
  const { directory } = call.terminal;
  const there = configFileNames.find((name) => existsSync(join(directory, name)));
  if (there !== undefined) return refuse(call, there);
  const written = ['countersign.config.ts', ...ignoreData(directory)];
  writeFileSync(join(directory, 'countersign.config.ts'), config, { flag: 'wx' });
  return report(call, written, [
    'Start the server:        npx countersign serve',
    'Make an administrator:   npx countersign users create --email you@example.com --admin',
    'See what is set:         npx countersign doctor',
  ]);
}

function writeProduction(call: Call): ExitCode {
  const name = '.env.example';
  if (existsSync(join(call.terminal.directory, name))) return refuse(call, name);
  writeFileSync(join(call.terminal.directory, name), productionExample, { flag: 'wx' });
  return report(
    call,
    [name],
    [
      'Make the master key:     npx countersign keys generate-secret',
      'Check before the start:  npx countersign doctor',
      'Make an administrator:   npx countersign users create --email you@example.com --admin',
    ],
  );
}

/** Keys and accounts do not belong into a repository. */
function ignoreData(directory: string): string[] {
  const path = join(directory, '.gitignore');
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (/^\/?data\/?$/m.test(before)) return [];
  const separator = before === '' || before.endsWith('\n') ? '' : '\n';
  writeFileSync(path, `${before}${separator}/data/\n`);
  return ['.gitignore'];
}

function refuse(call: Call, name: string): ExitCode {
  call.terminal.warn(`countersign: ${name} is here already; nothing was written`);
  return 1;
}

function report(call: Call, written: readonly string[], next: readonly string[]): ExitCode {
  if (call.isJson) call.terminal.print(JSON.stringify({ written }));
  else call.terminal.print([`Wrote ${written.join(' and ')}.`, '', ...next].join('\n'));
  return 0;
}
