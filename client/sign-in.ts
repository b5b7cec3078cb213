import { accepted, type Client, createClient } from './client.ts';
import { RefreshTokensDocument, SignOutDocument, type TokenPairFragment } from './generated/graphql.ts';
import { makeProof, makeProofKey } from './proof.ts';

/** Renewed this long before it runs out. */
const EARLY_MS = 30_000;

type Given = { tokens?: TokenPairFragment | null; userErrors: readonly { code: string; message: string }[] };

/** A sign-in that renews itself. Its refresh token is bound to a key that is made here and cannot be read out. */
export interface SignIn {
  /** An access token that is good for at least half a minute: `createClient({ url, token: signIn.token })`. */
  token(): Promise<string>;
  /** Ends it. */
  signOut(): Promise<void>;
}

/**
 * Signs in: `begin` sends `startGuest`, `signUp` or `signIn` by the client it is given, with these headers, and answers with the payload. A used refresh
 * token is worth nothing, so one sign-in belongs to one process; a program that starts again and again takes a personal access token.
 */
export async function signInWith(
  url: string,
  begin: (client: Client, headers: Record<string, string>) => Promise<Given>,
): Promise<SignIn> {
  const client = createClient({ url });
  const key = await makeProofKey();
  const proven = async () => ({ dpop: await makeProof(key, url) });
  const tokensOf = (given: Given): TokenPairFragment => {
    const { tokens } = accepted(given);
    if (!tokens) throw new Error('The server answered without tokens.');
    return tokens;
  };
  let tokens = tokensOf(await begin(client, await proven()));
  let renewing: Promise<void> | undefined;
  const renew = async () => {
    const input = { refreshToken: tokens.refreshToken };
    tokens = tokensOf((await client.ask(RefreshTokensDocument, { input }, await proven())).refreshTokens);
  };
  return {
    async token() {
      if (Date.parse(tokens.accessExpiresAt) - Date.now() < EARLY_MS) {
        renewing ??= renew().finally(() => {
          renewing = undefined;
        });
        await renewing;
      }
      return tokens.accessToken;
    },
    async signOut() {
      const authorization = `Bearer ${tokens.accessToken}`;
      await client.ask(SignOutDocument, { input: { refreshToken: tokens.refreshToken } }, { authorization });
    },
  };
}
