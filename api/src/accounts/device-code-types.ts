import type { DeviceCode } from '../platform/prisma/client.ts';
import { builder, type SchemaTypesOf } from '../schema/builder.ts';
import { secret } from '../schema/texts.ts';
import { ScopeEnum } from './access-token-types.ts';
import { me } from './account-inputs.ts';
import { findRequest, fromHere } from './device-codes.ts';

const DeviceCodeRequest = builder.objectRef<DeviceCode>('DeviceCodeRequest').implement({
  description: 'What a device asks for that shows a code.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What the device calls itself. Nobody has checked it.' }),
    scopes: t.expose('scopes', { type: [ScopeEnum], description: 'What its token is to be allowed.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it asked, UTC.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the code runs out, UTC.' }),
    fromHere: t.boolean({
      description: 'Whether it asked from the network that the person is in now.',
      resolve: (request, _args, context) => fromHere(context, request),
    }),
  }),
});

/** The code that the device shows, as the person types it. */
export const userCode = (t: PothosSchemaTypes.InputFieldBuilder<SchemaTypesOf, 'InputObject'>) =>
  t.string({
    required: true,
    validate: secret(40),
    description: 'The code that the device shows; case, spaces and dashes do not matter.',
  });

builder.queryField('deviceCode', (t) =>
  t.field({
    type: DeviceCodeRequest,
    nullable: true,
    authScopes: { account: true },
    description: 'What the device asks for that shows this code; null where none does. Each try is counted.',
    args: {
      userCode: t.arg.string({ required: true, validate: secret(40), description: 'The code that the device shows.' }),
    },
    resolve: (_root, { userCode: typed }, context) => findRequest(context, me(context), typed),
  }),
);
