import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import test from 'node:test';
import { type Document, readDocument, readDocuments } from './documents.ts';
import { type Example, readExamples } from './examples.ts';
import { root } from './source-tree.ts';

const documents = readDocuments();

/** Inside the repository, so that examples find its packages. */
const folder = join(root, 'node_modules', '.cache', 'countersign-docs');

test('every example in the documents compiles', () => {
  const examples = documents.flatMap(readExamples);
  assert.ok(examples.length > 10);
  rmSync(folder, { recursive: true, force: true });
  for (const { file, code } of examples) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), code);
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'names.d.ts'), names);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configOf(examples)));
  const { stdout, status } = spawnSync('tsc', ['-p', join(folder, 'tsconfig.json'), '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    env: { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}` },
  });
  assert.equal(status, 0, stdout);
});

function configOf(examples: readonly Example[]): object {
  return {
    extends: '../../../tsconfig.json',
    compilerOptions: {
      jsx: 'react-jsx',
      moduleDetection: 'force',
      noUnusedLocals: false,
      noUnusedParameters: false,
      skipLibCheck: true,
    },
    include: [],
    exclude: [],
    files: ['names.d.ts', ...examples.map(({ file }) => file)],
  };
}

/** What examples may use without saying where it comes from. */
const names = `
declare const auth: import('@countersign/client').Auth;
declare const axios: typeof import('axios').default;
declare const identifier: string;
declare const email: string;
declare const password: string;
declare const currentPassword: string;
declare const newPassword: string;
declare const code: string;
declare const id: string;
declare function draw(state: import('@countersign/client').AuthState): void;
declare module 'expo-secure-store' {
  export function getItemAsync(key: string): Promise<string | null>;
  export function setItemAsync(key: string, value: string): Promise<void>;
  export function deleteItemAsync(key: string): Promise<void>;
}
`;

test('no example is kept from the compiler', () => {
  const fences = documents.flatMap(({ path, text }) =>
    [...text.matchAll(/^\s*(?:```|~~~)(.*)$/gm)].map(([, info = '']) => ({ path, info: info.trim() })),
  );
  const hidden = fences.filter(
    ({ info }) => /^(ts|typescript|js|javascript)(\W|x|$)/.test(info) && !/^tsx?( needs-server)?$/.test(info),
  );
  assert.deepEqual(hidden, []);
});

test('links between documents resolve', () => {
  const broken = documents.flatMap((document) =>
    readLinks(document).flatMap(({ target, anchor }) => {
      if (!existsSync(join(root, target))) return [`${document.path} → ${target}`];
      const isThere = anchor === '' || readHeadings(readDocument(target).text).includes(anchor);
      return isThere ? [] : [`${document.path} → ${target}#${anchor}`];
    }),
  );
  assert.deepEqual(broken, []);
});

function readLinks({
  path,
  text,
}: Document): readonly { readonly target: string; readonly anchor: string }[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [file = '', anchor = ''] = link.split('#');
    const target = file === '' ? path : normalize(join(dirname(path), file)).replaceAll('\\', '/');
    return [{ target, anchor }];
  });
}

/** As GitHub makes addresses of headings. */
function readHeadings(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('no document contains a path of somebody’s machine', () => {
  const paths = /(?:^|[\s"'`(=:])(?:\/(?:home|Users|root|work|mnt|workspace)\/\S*|[A-Z]:\\\S*)/gm;
  const found = documents.flatMap(({ path, text }) =>
    (text.match(paths) ?? []).map((hit) => `${path}: ${hit}`),
  );
  assert.deepEqual(found, []);
});
