import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface Finding {
  readonly id: string;
  readonly nodes: readonly { readonly target: unknown }[];
}

/** No finding of axe, and nothing wider than the window. */
export async function checkAccessible(page: Page, name: string): Promise<void> {
  const axe = await readFile(axePath, 'utf8');
  // Evaluated by the debugger, so the page's content security policy stays as it is.
  const findings: Finding[] = await page.evaluate(
    `(() => { const module = undefined, exports = undefined; ${axe}; return axe.run().then((r) => r.violations); })()`,
  );
  assert.deepEqual(
    findings.map((finding) => `${finding.id}: ${JSON.stringify(finding.nodes.map((node) => node.target))}`),
    [],
    `axe on ${name}`,
  );
  const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  assert.ok(Number(overflow) <= 0, `${name} scrolls sideways by ${String(overflow)} px`);
}
