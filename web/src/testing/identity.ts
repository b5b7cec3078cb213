/** Global id of the person of {@link identityOf}. */
export const userId = 'VXNlcjox';

/** What a browser keeps of who it is signed in as, for a day. */
export const identityOf = (id = userId, isGuest = false) => ({
  tokens: {
    accessToken: 'token',
    accessExpiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    refreshToken: 'refresh',
    refreshExpiresAt: new Date(Date.now() + 86_400_000).toISOString(),
  },
  viewer: {
    __typename: 'User',
    id,
    displayName: 'Somebody',
    email: isGuest ? null : 'a@example.org',
    emailVerified: true,
    isGuest,
    role: 'USER',
  },
});
