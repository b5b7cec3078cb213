import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { type Action, actions, can, type GroupRights, type ProtocolRights } from './can.ts';
import type { Viewer } from './viewer.ts';

const viewer = (userId: string, role: Viewer['role'] = 'USER', isGuest = false): Viewer => ({
  userId,
  sessionId: 's',
  role,
  isGuest,
});
const nobody = null;
const guest = viewer('guest', 'USER', true);
const owner = viewer('owner');
const ownerAsGuest = viewer('owner', 'USER', true);
const stranger = viewer('stranger');
const admin = viewer('admin', 'ADMIN');
const ownersToken: Viewer = { ...owner, scopes: ['READ', 'SESSIONS', 'PROTOCOLS', 'METRICS'] };

const protocol = (rights: Partial<ProtocolRights> = {}): ProtocolRights => ({
  ownerId: 'owner',
  visibility: 'PUBLIC',
  hiddenAt: null,
  ...rights,
});
const draft = protocol({ visibility: 'DRAFT' });
const unlisted = protocol({ visibility: 'UNLISTED' });
const hidden = protocol({ hiddenAt: new Date() });
const builtIn = protocol({ ownerId: null });
const group = (rights: Partial<GroupRights> = {}): GroupRights => ({
  hostId: 'owner',
  isMember: false,
  locked: false,
  ended: false,
  wasKicked: false,
  ...rights,
});

type Case = [viewer: Viewer | null, resource: unknown];

/** For every action who may and who may not: taking a condition out of a rule turns one of these around. */
const cases: Record<Action, { may: Case[]; mayNot: Case[] }> = {
  'protocol.read': {
    may: [
      [nobody, protocol()],
      [nobody, unlisted],
      [owner, draft],
      [owner, hidden],
      [admin, draft],
      [admin, hidden],
      [nobody, builtIn],
    ],
    mayNot: [
      [nobody, draft],
      [stranger, draft],
      [stranger, hidden],
      [guest, protocol({ visibility: 'UNLISTED', hiddenAt: new Date() })],
    ],
  },
  'revision.read': {
    may: [
      [nobody, { protocol: protocol(), isPublic: true }],
      [owner, { protocol: draft, isPublic: false }],
      [owner, { protocol: protocol(), isPublic: false }],
      [admin, { protocol: hidden, isPublic: false }],
    ],
    mayNot: [
      [nobody, { protocol: protocol(), isPublic: false }],
      [stranger, { protocol: protocol(), isPublic: false }],
      [stranger, { protocol: draft, isPublic: true }],
      [stranger, { protocol: hidden, isPublic: true }],
    ],
  },
  'protocol.edit': {
    may: [[owner, draft]],
    mayNot: [
      [nobody, protocol()],
      [stranger, protocol()],
      [admin, protocol()],
      [admin, builtIn],
    ],
  },
  'protocol.publish': {
    may: [[owner, draft]],
    mayNot: [
      [ownerAsGuest, draft],
      [stranger, draft],
      [owner, hidden],
      [admin, draft],
      [nobody, draft],
    ],
  },
  'person.publish': {
    may: [
      [owner, { emailVerifiedAt: new Date(), mailsReach: true }],
      [owner, { emailVerifiedAt: null, mailsReach: false }],
    ],
    mayNot: [
      [owner, { emailVerifiedAt: null, mailsReach: true }],
      [admin, { emailVerifiedAt: null, mailsReach: true }],
      [guest, { emailVerifiedAt: new Date(), mailsReach: true }],
      [guest, { emailVerifiedAt: null, mailsReach: false }],
      [nobody, { emailVerifiedAt: null, mailsReach: false }],
    ],
  },
  'protocol.delete': {
    may: [[owner, protocol()]],
    mayNot: [
      [stranger, protocol()],
      [admin, protocol()],
      [nobody, builtIn],
    ],
  },
  'protocol.fork': {
    may: [
      [guest, protocol()],
      [stranger, unlisted],
      [owner, draft],
    ],
    mayNot: [
      [nobody, protocol()],
      [stranger, draft],
      [stranger, hidden],
    ],
  },
  'protocol.report': {
    may: [[guest, protocol()]],
    mayNot: [
      [nobody, protocol()],
      [owner, protocol()],
      [stranger, builtIn],
      [stranger, draft],
    ],
  },
  'protocol.hide': {
    may: [[admin, protocol()]],
    mayNot: [
      [owner, protocol()],
      [stranger, protocol()],
      [admin, builtIn],
      [nobody, protocol()],
    ],
  },
  'session.read': {
    may: [[owner, { userId: 'owner' }]],
    mayNot: [
      [stranger, { userId: 'owner' }],
      [admin, { userId: 'owner' }],
      [nobody, { userId: 'owner' }],
    ],
  },
  'trial.own': {
    may: [[owner, { userId: 'owner' }]],
    mayNot: [
      [stranger, { userId: 'owner' }],
      [admin, { userId: 'owner' }],
      [nobody, { userId: 'owner' }],
    ],
  },
  'user.readPrivate': {
    may: [[owner, { id: 'owner' }]],
    mayNot: [
      [stranger, { id: 'owner' }],
      [admin, { id: 'owner' }],
      [nobody, { id: 'owner' }],
    ],
  },
  'user.suspend': {
    may: [[admin, { id: 'owner' }]],
    mayNot: [
      [admin, { id: 'admin' }],
      [owner, { id: 'stranger' }],
      [nobody, { id: 'owner' }],
    ],
  },
  'device.end': {
    may: [[owner, { userId: 'owner' }]],
    mayNot: [
      [stranger, { userId: 'owner' }],
      [admin, { userId: 'owner' }],
      [ownersToken, { userId: 'owner' }],
      [nobody, { userId: 'owner' }],
    ],
  },
  'accessToken.revoke': {
    may: [[owner, { userId: 'owner' }]],
    mayNot: [
      [stranger, { userId: 'owner' }],
      [admin, { userId: 'owner' }],
      [ownersToken, { userId: 'owner' }],
      [nobody, { userId: 'owner' }],
    ],
  },
  'webhook.own': {
    may: [[owner, { userId: 'owner' }]],
    mayNot: [
      [stranger, { userId: 'owner' }],
      [admin, { userId: 'owner' }],
      [ownersToken, { userId: 'owner' }],
      [nobody, { userId: 'owner' }],
    ],
  },
  'report.read': {
    may: [[admin, null]],
    mayNot: [
      [owner, null],
      [nobody, null],
    ],
  },
  'service.administer': {
    may: [[admin, null]],
    mayNot: [
      [owner, null],
      [guest, null],
      [nobody, null],
    ],
  },
  'group.read': {
    may: [
      [owner, group()],
      [stranger, group({ isMember: true })],
    ],
    mayNot: [
      [nobody, group({ isMember: true })],
      [stranger, group()],
      [stranger, group({ isMember: true, wasKicked: true })],
    ],
  },
  'group.join': {
    may: [
      [guest, group()],
      [stranger, group({ locked: true, isMember: true })],
      [owner, group({ locked: true })],
    ],
    mayNot: [
      [nobody, group()],
      [stranger, group({ locked: true })],
      [stranger, group({ ended: true })],
      [stranger, group({ wasKicked: true })],
    ],
  },
  'group.control': {
    may: [[owner, group()]],
    mayNot: [
      [stranger, group({ isMember: true })],
      [owner, group({ ended: true })],
      [admin, group()],
      [nobody, group()],
    ],
  },
};

describe('can', () => {
  it('every action has its cases', () => assert.deepEqual(Object.keys(cases).sort(), [...actions].sort()));
  for (const action of actions) {
    it(`${action}: who may`, () => {
      for (const [who, resource] of cases[action].may) {
        assert.equal(
          can(who, action, resource as never),
          true,
          `${who?.userId ?? 'nobody'} ${JSON.stringify(resource)}`,
        );
      }
    });
    it(`${action}: who may not`, () => {
      assert.ok(cases[action].mayNot.length > 0);
      for (const [who, resource] of cases[action].mayNot) {
        assert.equal(
          can(who, action, resource as never),
          false,
          `${who?.userId ?? 'nobody'} ${JSON.stringify(resource)}`,
        );
      }
    });
  }
});
