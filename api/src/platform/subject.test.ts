import assert from 'node:assert/strict';
import { test } from 'vitest';
import { subjectOf } from './subject.ts';

const same: Record<string, string[]> = {
  '192.0.2.1': [
    '192.0.2.1',
    '192.0.2.1:443',
    ' 192.0.2.1 ',
    '::ffff:192.0.2.1',
    '::ffff:c000:201',
    '[::ffff:192.0.2.1]:80',
  ],
  '2001:db8:1:2::/64': [
    '2001:db8:1:2::1',
    '2001:db8:1:2::2',
    '2001:0DB8:0001:0002:ffff:ffff:ffff:ffff',
    '[2001:db8:1:2::3]:50000',
    '[2001:db8:1:2::3]',
    '2001:db8:1:2:a:b:192.0.2.1',
  ],
  '0:0:0:0::/64': ['::1', '::', '[::1]:4000'],
  'fe80:0:0:0::/64': ['fe80::1%eth0', 'fe80::2'],
  '2001:db8:0:0::/64': ['2001:db8::1', '2001:db8:0:0::ffff'],
  unknown: ['unknown', 'Unknown'],
};

for (const [subject, addresses] of Object.entries(same)) {
  test(`one subject: ${subject}`, () => {
    for (const address of addresses) assert.equal(subjectOf(address), subject, address);
  });
}

test('what is no address does not grow, and a port does not make another subject of it', () => {
  assert.equal(subjectOf('x'.repeat(1_000)).length, 64);
  assert.equal(subjectOf('client:1'), subjectOf('client:2'));
});

test('networks beside each other are two subjects', () => {
  assert.notEqual(subjectOf('2001:db8:1:2::1'), subjectOf('2001:db8:1:3::1'));
  assert.notEqual(subjectOf('192.0.2.1'), subjectOf('192.0.2.2'));
});
