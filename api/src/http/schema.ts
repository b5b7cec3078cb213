import '../accounts/access-token-types.ts';
import '../accounts/device-code-types.ts';
import '../accounts/mutations/start-guest.ts';
import '../accounts/mutations/sign-up.ts';
import '../accounts/mutations/sign-in.ts';
import '../accounts/mutations/request-sign-in-link.ts';
import '../accounts/mutations/sign-in-by-link.ts';
import '../accounts/mutations/refresh-tokens.ts';
import '../accounts/mutations/sign-out.ts';
import '../accounts/mutations/sign-out-everywhere.ts';
import '../accounts/mutations/end-device.ts';
import '../accounts/mutations/update-profile.ts';
import '../accounts/mutations/change-password.ts';
import '../accounts/mutations/request-password-reset.ts';
import '../accounts/mutations/reset-password.ts';
import '../accounts/mutations/request-email-verification.ts';
import '../accounts/mutations/verify-email.ts';
import '../accounts/mutations/stop-email-change.ts';
import '../accounts/mutations/change-email.ts';
import '../accounts/mutations/delete-account.ts';
import '../accounts/mutations/create-access-token.ts';
import '../accounts/mutations/revoke-access-token.ts';
import '../accounts/mutations/request-device-code.ts';
import '../accounts/mutations/redeem-device-code.ts';
import '../accounts/mutations/agree-to-device-code.ts';
import '../accounts/mutations/refuse-device-code.ts';
import '../accounts/types.ts';
import '../admin/mutations/close-report.ts';
import '../admin/mutations/hide-protocol.ts';
import '../admin/mutations/restore-protocol.ts';
import '../admin/mutations/suspend-user.ts';
import '../admin/types.ts';
import '../groups/mutations/create-group.ts';
import '../groups/mutations/join-group.ts';
import '../groups/mutations/leave-group.ts';
import '../groups/mutations/control-group.ts';
import '../groups/mutations/kick-member.ts';
import '../groups/mutations/lock-group.ts';
import '../groups/mutations/end-group.ts';
import '../groups/mutations/hand-over-group.ts';
import '../groups/mutations/renew-group-code.ts';
import '../groups/mutations/report-spread.ts';
import '../groups/types.ts';
import '../home/mutations/link-home.ts';
import '../home/mutations/unlink-home.ts';
import '../home/types.ts';
import '../metrics/types.ts';
import '../preferences/mutations/save-lists.ts';
import '../preferences/mutations/save-preferences.ts';
import '../preferences/types.ts';
import '../protocols/mutations/create-protocol.ts';
import '../protocols/mutations/revise-protocol.ts';
import '../protocols/mutations/restore-revision.ts';
import '../protocols/mutations/fork-protocol.ts';
import '../protocols/mutations/delete-protocol.ts';
import '../protocols/mutations/report-protocol.ts';
import '../protocols/mutations/publish-protocol.ts';
import '../protocols/mutations/unlist-protocol.ts';
import '../protocols/mutations/share-program.ts';
import '../protocols/types.ts';
import '../responses/types.ts';
import '../safety/mutations/answer-screening.ts';
import '../safety/mutations/forget-screening.ts';
import '../safety/types.ts';
import '../sessions/mutations/change-session-scene.ts';
import '../sessions/mutations/change-session-volume.ts';
import '../sessions/mutations/complete-session.ts';
import '../sessions/mutations/pause-session.ts';
import '../sessions/mutations/rate-session.ts';
import '../sessions/mutations/record-session.ts';
import '../sessions/mutations/resume-session.ts';
import '../sessions/mutations/seek-session.ts';
import '../sessions/mutations/start-session.ts';
import '../sessions/mutations/stop-session.ts';
import '../sessions/mutations/take-over-session.ts';
import '../sessions/types.ts';
import '../trials/mutations/next-period.ts';
import '../trials/mutations/plan-trial.ts';
import '../trials/mutations/record-outcome.ts';
import '../trials/mutations/reveal-trial.ts';
import '../trials/mutations/share-trial.ts';
import '../trials/types.ts';
import '../webhooks/mutations/create-webhook.ts';
import '../webhooks/mutations/delete-webhook.ts';
import '../webhooks/mutations/test-webhook.ts';
import '../webhooks/mutations/resend-to-webhook.ts';
import '../webhooks/types.ts';
import { GraphQLSchema } from 'graphql';
import { builder } from '../schema/builder.ts';

builder.queryField('serverTime', (t) =>
  t.float({
    description: "The server's clock: milliseconds since 1970, UTC. For finding out how far one's own clock is off.",
    resolve: (_root, _args, { clock }) => clock.now().getTime(),
  }),
);

/** Who runs this server. */
const Operator = builder.objectRef<{ name: string | null; contact: string | null }>('Operator').implement({
  description: 'Who runs this server and answers for what it keeps.',
  fields: (t) => ({
    name: t.exposeString('name', {
      nullable: true,
      description: 'A person or an organisation; null where it is not said.',
    }),
    contact: t.exposeString('contact', {
      nullable: true,
      description: 'How to reach them; null where it is not said.',
    }),
    sendsMails: t.boolean({
      description:
        'Whether mails can be sent from here. Where they cannot, nobody can confirm an address or choose a new password, and a sign-up makes the account at once.',
      resolve: (_operator, _args, { accounts }) => accounts.mail.reaches,
    }),
    reachesHomes: t.boolean({
      description:
        'Whether Home Assistant can see and steer from here what a person plays, who asks for it (`linkHome`).',
      resolve: (_operator, _args, { config }) => config.mqttUrl !== undefined,
    }),
  }),
});

builder.queryField('operator', (t) =>
  t.field({
    type: Operator,
    description: 'Who runs this server, as `OPERATOR_NAME` and `OPERATOR_CONTACT` say.',
    resolve: (_root, _args, { config }) => config.operator,
  }),
);

/**
 * The schema of all domains. It is sorted where it is printed, and its validity is a test's affair: both together take a fifth of the time that a
 * start needs.
 */
export const schema: GraphQLSchema = new GraphQLSchema({
  ...builder.toSchema({ sortSchema: false }).toConfig(),
  assumeValid: true,
});
