import { randomUUID } from 'node:crypto';
import { me, password } from '../../accounts/account-inputs.ts';
import { confirmPassword } from '../../accounts/change-password.ts';
import { lockSignedIn, unlinkHome } from '../../accounts/secrets.ts';
import { homeChannel } from '../../platform/bus-keys.ts';
import { mutation } from '../../schema/builder.ts';
import { userError } from '../../schema/errors.ts';
import { name } from '../../schema/texts.ts';
import { HomeLink } from '../types.ts';

mutation('linkHome', {
  description:
    'Lets Home Assistant see and steer what the person plays, by the server’s MQTT broker: whoever reads there sees state and title, whoever writes there can play, pause and stop. It ends with everything that signs all devices out.',
  quiet: true,
  authScopes: { account: true },
  input: (t) => ({
    name: t.string({
      required: true,
      validate: name(60, 1),
      description:
        'What the device is called in Home Assistant, 1 to 60 characters. Everybody who reads the broker sees it.',
    }),
    password: t.string({ required: true, validate: password, description: 'The password, once more.' }),
  }),
  resolve: async (input, context) => {
    const viewer = me(context);
    if (context.config.mqttUrl === undefined)
      throw userError('NOT_ALLOWED', null, 'This server has no broker for homes.');
    await confirmPassword(context, viewer, input.password, 'password');
    const { homeLink, ended } = await context.database.$transaction(async (tx) => {
      await lockSignedIn(tx, viewer);
      // A new id with each: topics of before lead nowhere.
      const ended = await unlinkHome(tx, viewer.userId);
      const data = { id: randomUUID(), userId: viewer.userId, name: input.name, createdAt: context.clock.now() };
      return { homeLink: await tx.homeLink.create({ data }), ended };
    });
    await context.accounts.announceEnded(ended);
    await context.bus.publish(homeChannel, JSON.stringify(homeLink.id));
    return { homeLink };
  },
  payload: (t) => ({
    homeLink: t.field({
      type: HomeLink,
      nullable: true,
      description: 'The link.',
      resolve: (payload) => payload.homeLink,
    }),
  }),
});
