/**
 * Writes `packages/client/src/wire.ts`: what the issuer sends and takes, as the
 * contract of the server has it. `test/client-types.test.ts` fails while the file is another one.
 *
 *     node -C @countersign/source scripts/write-client-types.ts
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  addedFactorAnswer,
  begunAppAnswer,
  factorConfirmationInput,
  factorsAnswer,
  finishSecondFactorInput,
  recoveryCodesAnswer,
} from '../packages/server/src/contract/second-factor.ts';
import { passkeysAnswer } from '../packages/server/src/contract/passkeys.ts';
import { sessionsAnswer } from '../packages/server/src/contract/session.ts';
import {
  changePasswordInput,
  logInInput,
  logOutInput,
  refreshInput,
  secondFactorAnswer,
  signedInAnswer,
} from '../packages/server/src/contract/sign-in.ts';
import { deleteAccountInput, registerInput, userAnswer } from '../packages/server/src/contract/user.ts';
import {
  type JsonSchema,
  type NamedSchemas,
  namedSchemasPath,
  toJsonSchema,
} from '../packages/server/src/http/json-schema.ts';

export const clientTypesFile: string = fileURLToPath(
  new URL('../packages/client/src/wire.ts', import.meta.url),
);

const header = `/**
 * What the issuer sends and takes, in the names of the wire (snake_case).
 *
 * Made from \`packages/server/src/contract\` by \`scripts/write-client-types.ts\`: change it there.
 */
`;

/** Named parts of answers: their name in the contract, their name here, and what they are. */
const answers: readonly (readonly [contractName: string, name: string, meaning: string])[] = [
  ['User', 'User', 'The user as the issuer tells the user’s own client.'],
  ['SignedIn', 'LogInAnswer', 'Answer to log-in, refresh and password change.'],
  ['SecondFactorRequired', 'SecondFactorRequired', 'Answer to a sign-in that needs one more proof.'],
  ['BegunApp', 'BegunApp', 'An authenticator app that waits for its first code.'],
  ['AddedFactor', 'AddedFactor', 'Answer to a factor that was confirmed.'],
  ['RecoveryCodes', 'RecoveryCodes', 'New recovery codes.'],
  ['Factor', 'ListedFactor', 'One of `GET /v1/me/factors`.'],
  ['Factors', 'FactorList', 'Answer to `GET /v1/me/factors`.'],
  ['Passkey', 'Passkey', 'One line of `GET /v1/me/passkeys`.'],
  ['PasskeyAssertion', 'PasskeyAssertion', '`AuthenticationResponseJSON` of WebAuthn.'],
  ['PasskeyAssertionResponse', 'PasskeyAssertionResponse', 'What an authenticator signed.'],
  ['Session', 'DeviceSession', 'One line of `GET /v1/me/sessions`.'],
];

const writtenAnswers = [
  userAnswer,
  signedInAnswer,
  secondFactorAnswer,
  begunAppAnswer,
  addedFactorAnswer,
  recoveryCodesAnswer,
  factorsAnswer,
  passkeysAnswer,
  sessionsAnswer,
];

const inputs = {
  RegisterInput: registerInput,
  LogInInput: logInInput,
  RefreshInput: refreshInput,
  LogOutInput: logOutInput,
  ChangePasswordInput: changePasswordInput,
  DeleteAccountInput: deleteAccountInput,
  FinishSecondFactorInput: finishSecondFactorInput,
  FactorConfirmationInput: factorConfirmationInput,
};

export function writeClientTypes(): string {
  const named: NamedSchemas = new Map();
  for (const answer of writtenAnswers) toJsonSchema(answer, 'output', named);
  for (const input of Object.values(inputs)) toJsonSchema(input, 'input', named);
  const written = [
    ...answers.map(([contractName, name, meaning]) =>
      writeInterface(name, `/** ${meaning} */\n`, named.get(contractName)),
    ),
    ...Object.entries(inputs).map(([name, schema]) =>
      writeInterface(name, '', toJsonSchema(schema, 'input', named)),
    ),
  ];
  return [header, ...written].join('\n');
}

function writeInterface(name: string, comment: string, schema: JsonSchema | undefined): string {
  if (schema?.properties === undefined) throw new Error(`the contract has no members for ${name}`);
  const { properties, required = [] } = schema;
  const members = Object.entries(properties).map(([member, part]) => {
    const said = part.description === undefined ? '' : `  /** ${part.description} */\n`;
    return `${said}  readonly ${member}${required.includes(member) ? '' : '?'}: ${writeType(part)};\n`;
  });
  return `${comment}export interface ${name} {\n${members.join('')}}\n`;
}

function writeType(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return nameHere(schema.$ref.slice(namedSchemasPath.length));
  if (schema.const !== undefined) return quote(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(quote).join(' | ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(writeType).join(' | ');
  if (schema.items !== undefined) return writeList(writeType(schema.items));
  const types = [schema.type ?? 'none'].flat().map((type) => (type === 'integer' ? 'number' : type));
  if (types.every((type) => ['string', 'number', 'boolean', 'null'].includes(type))) return types.join(' | ');
  throw new Error(`no type is written for ${JSON.stringify(schema)}`);
}

function writeList(type: string): string {
  return type.includes(' ') ? `readonly (${type})[]` : `readonly ${type}[]`;
}

function nameHere(contractName: string): string {
  const row = answers.find(([name]) => name === contractName);
  if (row === undefined) throw new Error(`${contractName} has no name in the client`);
  return row[1];
}

function quote(value: unknown): string {
  if (typeof value !== 'string' || value.includes("'")) throw new Error('only plain texts are written');
  return `'${value}'`;
}

if (import.meta.main) writeFileSync(clientTypesFile, writeClientTypes());
