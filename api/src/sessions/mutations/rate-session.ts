import { z } from 'zod';
import { mutation } from '../../schema/builder.ts';
import { inputUuid } from '../../schema/node-id.ts';
import { paragraphs } from '../../schema/texts.ts';
import { publishChange } from '../publish.ts';
import { rateSession } from '../rate.ts';
import { sessionField, viewerId } from '../session-inputs.ts';

mutation('rateSession', {
  description:
    'Says how a session was. A session has one rating; saying more changes it. What is left out stays, null takes a value back.',
  input: (t) => {
    const scale = (what: string, when: string) =>
      t.int({ description: `${what} ${when} the session, 0 to 10.`, validate: z.number().int().min(0).max(10) });
    return {
      session: t.id({ required: true, description: 'Global id of the session.' }),
      stars: t.int({ description: 'Stars, 1 to 5.', validate: z.number().int().min(1).max(5) }),
      moodBefore: scale('Mood', 'before'),
      moodAfter: scale('Mood', 'after'),
      focusBefore: scale('Focus', 'before'),
      focusAfter: scale('Focus', 'after'),
      calmBefore: scale('Calm', 'before'),
      calmAfter: scale('Calm', 'after'),
      sleepinessBefore: scale('Sleepiness', 'before'),
      sleepinessAfter: scale('Sleepiness', 'after'),
      comment: t.string({ description: 'Free text, at most 2,000 characters.', validate: paragraphs(2_000) }),
    };
  },
  resolve: async (input, context) => {
    const userId = viewerId(context);
    const { session: nodeId, ...values } = input;
    const sessionId = inputUuid('Session', nodeId, 'session');
    const { session, days } = await rateSession(context.database, userId, sessionId, values, context.clock.now());
    await publishChange(context.bus, userId, { days });
    return { session };
  },
  payload: (t) => ({ session: sessionField(t) }),
});
