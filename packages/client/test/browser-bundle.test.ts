import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

describe('the browser build', () => {
  it('is one file that imports nothing', async () => {
    const input = fileURLToPath(new URL('../src/index.ts', import.meta.url));
    const warnings: string[] = [];
    const build = await rolldown({
      input,
      platform: 'browser',
      onLog: (_level, log) => warnings.push(log.message),
    });
    const { output } = await build.generate({ format: 'esm', minify: true });
    await build.close();
    assert.equal(output.length, 1);
    assert.deepEqual(output[0].imports, []);
    assert.deepEqual(warnings, []);
    assert.ok(output[0].exports.includes('createClient'));
    assert.ok(!/['"`]node:|\bBuffer\b|require\(/.test(output[0].code));
    const compressedBytes = gzipSync(output[0].code).length;
    assert.ok(compressedBytes < 10_000, `${compressedBytes} bytes`);
  });
});
