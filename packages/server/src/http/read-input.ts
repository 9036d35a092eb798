import { Refusal } from '../base/refusal.ts';
import { readForm } from './read-form.ts';
import { readJson } from '../base/read-json.ts';
import type { BodyType } from './route.ts';

export interface BodyRule {
  readonly bodyType: BodyType;
  readonly isBodyOptional: boolean;
  readonly maxBytes: number;
}

const contentTypes: Readonly<Record<BodyType, RegExp>> = {
  json: /^application\/json(?:[ \t]*;[ \t]*charset=(?:utf-8|"utf-8"))?$/i,
  form: /^application\/x-www-form-urlencoded(?:[ \t]*;[ \t]*charset=(?:utf-8|"utf-8"))?$/i,
};

/**
 * The body, parsed but not yet checked against its schema.
 *
 * Nothing is guessed: a type other than the row's, or any content coding, is
 * refused unread. Bytes are counted while they come,
 * whatever `Content-Length` says.
 *
 * @throws Refusal `unsupported_media_type`, `body_too_large`, `invalid_request`
 */
export async function readBody(request: Request, rule: BodyRule): Promise<unknown> {
  if (request.headers.has('content-encoding')) {
    throw new Refusal('unsupported_media_type', { reason: 'a content coding' });
  }
  const contentType = request.headers.get('content-type');
  if (contentType === null && rule.isBodyOptional) {
    if ((await readBytes(request, rule.maxBytes)).length === 0) return {};
  }
  if (contentType === null || !contentTypes[rule.bodyType].test(contentType)) {
    throw new Refusal('unsupported_media_type', { reason: 'another content type than the documented one' });
  }
  const bytes = await readBytes(request, rule.maxBytes);
  if (bytes.length === 0 && rule.isBodyOptional) return {};
  return rule.bodyType === 'json' ? readJson(bytes) : readForm(Buffer.from(bytes).toString('latin1'));
}

async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  const announced = request.headers.get('content-length');
  if (announced !== null && Number(announced) > maxBytes) throw new Refusal('body_too_large');
  try {
    // Node ends the body at `Content-Length`, so this cannot grow beyond it.
    const bytes = announced === null ? await count(request, maxBytes) : await readWhole(request);
    if (bytes.length <= maxBytes) return bytes;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('invalid_request', { reason: 'the body ended early' });
  }
  throw new Refusal('body_too_large');
}

async function readWhole(request: Request): Promise<Uint8Array> {
  return new Uint8Array(await request.arrayBuffer());
}

async function count(request: Request, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (request.body === null) return new Uint8Array();
  for await (const chunk of request.body) {
    length += chunk.length;
    if (length > maxBytes) throw new Refusal('body_too_large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * The parameters of the query.
 * @throws Refusal `invalid_request`
 */
export function readQuery(url: string): Readonly<Record<string, string>> {
  const start = url.indexOf('?');
  if (start < 0) return {};
  const end = url.indexOf('#', start);
  return readForm(url.slice(start + 1, end < 0 ? undefined : end));
}
