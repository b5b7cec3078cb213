import assert from 'node:assert/strict';
import { it } from 'vitest';
import { absenceOf } from './absence.ts';

const coded = (code: string, message = 'x') => Object.assign(new Error(message), { code });
/** As Prisma's driver adapter wraps what PostgreSQL said. */
const wrapped = (cause: object) =>
  Object.assign(new Error('x'), { code: 'P2010', meta: { driverAdapterError: { cause } } });

it('reads what PostgreSQL, Node and Prisma say of a database that cannot do anything now', () => {
  for (const code of [
    '57P01',
    '57P02',
    '57P03',
    '53300',
    '53200',
    '08006',
    '58030',
    '25P03',
    'ECONNRESET',
    'P2024',
    'P2028',
  ])
    assert.equal(absenceOf(coded(code)), 'away', code);
  for (const message of [
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout expired',
    'timeout exceeded when trying to connect',
    'Query read timeout',
  ])
    assert.equal(absenceOf(new Error(message)), 'away', message);
  assert.equal(absenceOf(coded('53100')), 'disk full');
  assert.equal(absenceOf(coded('25006')), 'read only');
  assert.equal(absenceOf(wrapped({ kind: 'postgres', originalCode: '53100', code: '53100' })), 'disk full');
  assert.equal(absenceOf(wrapped({ kind: 'postgres', originalCode: '25006', code: '25006' })), 'read only');
  assert.equal(absenceOf(wrapped({ kind: 'DatabaseNotReachable', originalCode: '57P03' })), 'away');
  assert.equal(absenceOf(new Error('wrapped', { cause: coded('57P01') })), 'away');
});

it('is silent about questions that are wrong', () => {
  for (const code of ['23505', '42601', '22P02', '40001', '25001', 'P2002', 'P2025', 'ENOENT'])
    assert.equal(absenceOf(coded(code)), null, code);
  assert.equal(absenceOf(null), null);
  assert.equal(absenceOf(undefined), null);
  const circular: { cause?: unknown } = {};
  circular.cause = circular;
  assert.equal(absenceOf(circular), null);
});
