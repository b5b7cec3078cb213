import '../accounts/types.ts';
import '../admin/types.ts';
import '../groups/mutations.ts';
import '../groups/types.ts';
import '../metrics/types.ts';
import '../preferences/types.ts';
import '../protocols/mutations.ts';
import '../protocols/types.ts';
import '../safety/types.ts';
import '../sessions/mutations.ts';
import '../sessions/types.ts';
import { GraphQLSchema } from 'graphql';
import { builder } from './builder.ts';

builder.queryField('serverTime', (t) =>
  t.float({
    description: "The server's clock: milliseconds since 1970, UTC. For finding out how far one's own clock is off.",
    resolve: (_root, _args, { clock }) => clock.now().getTime(),
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
