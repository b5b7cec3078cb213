import { User } from '../accounts/types.ts';
import { builder } from '../schema/builder.ts';

export const HomeLink = builder.prismaObject('HomeLink', {
  description: 'A person’s wish that Home Assistant sees and steers what they play.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What the device is called in Home Assistant.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Since when, UTC.' }),
  }),
});

builder.prismaObjectField(User, 'homeLink', (t) =>
  t.relation('homeLink', {
    type: HomeLink,
    nullable: true,
    description: 'Set where Home Assistant sees and steers what the person plays; null where it does not.',
  }),
);
