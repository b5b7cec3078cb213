import assert from 'node:assert/strict';
import type { GraphQLError } from 'graphql';

/** The error that this throws. */
export function thrown(act: () => unknown): GraphQLError {
  try {
    act();
  } catch (error) {
    return error as GraphQLError;
  }
  assert.fail('nothing was thrown');
}
