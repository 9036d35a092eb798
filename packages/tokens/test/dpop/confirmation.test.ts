import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findConfirmedThumbprint, thumbprint } from '../../src/index.ts';
import { keyOf, refuses } from '../forge.ts';

const jkt = thumbprint(keyOf('ES256'));

test('A-317: a token says to which key it is bound, or that it is bound to none', () => {
  assert.equal(findConfirmedThumbprint({ cnf: { jkt } }), jkt);
  for (const claims of [{}, { cnf: {} }, { cnf: { 'x5t#S256': jkt } }, Object.create({ cnf: { jkt } })]) {
    assert.equal(findConfirmedThumbprint(claims), undefined);
  }
});

test('A-317: a binding that cannot be read is not taken for none', () => {
  for (const cnf of [null, jkt, [jkt], { jkt: '' }, { jkt: null }, { jkt: [jkt] }, { jkt: `${jkt}=` }, 1]) {
    refuses(() => findConfirmedThumbprint({ cnf }), 'claim_invalid', 'cnf');
  }
});
