import { apiAddress } from './address.ts';
import { tell, type UserError } from './client.ts';
import { device } from './device.ts';
import {
  DeleteAccountDocument,
  RefreshTokensDocument,
  SignInByLinkDocument,
  SignInDocument,
  SignOutDocument,
  SignOutEverywhereDocument,
  SignUpDocument,
  StartGuestDocument,
  type TokenFieldsFragment,
  UpdateProfileDocument,
  type ViewerFieldsFragment,
} from './generated/account.ts';
import { proof } from './proof.ts';
import { readValue, store, writeValue } from './store.ts';

interface Identity {
  tokens: TokenFieldsFragment;
  viewer: ViewerFieldsFragment;
}

interface Answer {
  tokens?: TokenFieldsFragment | null;
  viewer?: ViewerFieldsFragment | null;
  userErrors: UserError[];
}

/** Who this browser is to the server: nobody yet, a guest, or an account. Fires `change`, and `erased` when everything of the person was deleted. */
class Account extends EventTarget {
  #identity: Identity | null = null;
  /** Resolves once the kept identity has been read. */
  readonly ready: Promise<void>;

  constructor() {
    super();
    this.ready = this.#read();
  }

  /** The person; null before the first contact with a server. */
  get viewer(): ViewerFieldsFragment | null {
    return this.#identity?.viewer ?? null;
  }

  get signedIn(): boolean {
    return this.#identity !== null && !this.#identity.viewer.isGuest;
  }

  /** A token that is valid for at least half a minute; null for nobody. */
  async token(): Promise<string | null> {
    await this.ready;
    if (!this.#identity) return null;
    if (fresh(this.#identity.tokens)) return this.#identity.tokens.accessToken;
    return this.#exclusively(async () => {
      await this.#read();
      if (!this.#identity) return null;
      return fresh(this.#identity.tokens) ? this.#identity.tokens.accessToken : this.#refresh(this.#identity);
    });
  }

  /**
   * The server does not take this token: the sign-in was ended from another device, or another tab has a newer one.
   * @returns a token that it takes, or null where this browser is nobody from now on
   */
  renewed(refused: string): Promise<string | null> {
    return this.#exclusively(async () => {
      await this.#read();
      if (!this.#identity) return null;
      const { accessToken } = this.#identity.tokens;
      return accessToken === refused ? this.#refresh(this.#identity) : accessToken;
    });
  }

  async #refresh({ tokens }: Identity): Promise<string | null> {
    const { refreshTokens } = await tell(
      RefreshTokensDocument,
      { input: { refreshToken: tokens.refreshToken } },
      { withoutToken: true, headers: await proofHeader() },
    );
    // The server ended this sign-in (sign-out everywhere, a reused token, deletion): this browser is nobody again.
    if (!(await this.#take(refreshTokens))) await this.#keep(null);
    return this.#identity?.tokens.accessToken ?? null;
  }

  /** Waits until this browser is somebody to the server. */
  async somebody(): Promise<void> {
    await this.ready;
    while (!this.viewer) await new Promise((changed) => this.addEventListener('change', changed, { once: true }));
  }

  /** Makes this browser a guest if it is nobody. Work done before is sent as that guest. */
  async beSomebody(): Promise<void> {
    if (await this.token()) return;
    await this.#exclusively(async () => {
      await this.#read();
      if (this.#identity) return;
      const { startGuest } = await tell(
        StartGuestDocument,
        { input: { deviceId: device().id, deviceName: device().name, timeZone: zone() } },
        { withoutToken: true, headers: await proofHeader() },
      );
      if (!(await this.#take(startGuest))) {
        throw new Error(startGuest.userErrors[0]?.message ?? 'The server did not answer with a guest.');
      }
    });
  }

  /**
   * Turns the guest into an account: everything done so far stays. Where the server sends mails, the guest stays one until the link is opened: then
   * `signedIn` is false afterwards, without errors.
   */
  async signUp(values: {
    email: string;
    password: string;
    displayName: string;
    atLeast16: boolean;
  }): Promise<readonly UserError[]> {
    await this.beSomebody();
    return this.#asPresent(async (context) => {
      const input = { ...values, deviceId: device().id, deviceName: device().name, timeZone: zone() };
      const { signUp } = await tell(SignUpDocument, { input }, context);
      await this.#take(signUp);
      return signUp.userErrors;
    });
  }

  /** Signs in. What this browser did as a guest is taken over by the account. */
  async signIn(values: { email: string; password: string }): Promise<readonly UserError[]> {
    return this.#asPresent(async (context) => {
      const input = { ...values, deviceId: device().id, deviceName: device().name, timeZone: zone() };
      const { signIn } = await tell(SignInDocument, { input }, context);
      await this.#take(signIn);
      return signIn.userErrors;
    });
  }

  /** Signs in with what stands in a mailed link, as `signIn` does with a password. */
  async signInByLink(token: string): Promise<readonly UserError[]> {
    return this.#asPresent(async (context) => {
      const input = { token, deviceId: device().id, deviceName: device().name, timeZone: zone() };
      const { signInByLink } = await tell(SignInByLinkDocument, { input }, context);
      await this.#take(signInByLink);
      return signInByLink.userErrors;
    });
  }

  /**
   * Changes who this browser is, as the one that it is now. The server ends the guest's tokens with it, so whoever is
   * refused meanwhile waits for the new ones.
   */
  async #asPresent<T>(
    change: (context: { withoutToken: true; headers: Record<string, string> }) => Promise<T>,
  ): Promise<T> {
    const token = await this.token();
    return this.#exclusively(async () => {
      const headers = { ...(await proofHeader()), ...(token ? { authorization: `Bearer ${token}` } : {}) };
      return change({ withoutToken: true, headers });
    });
  }

  /** Changes the name that others see. */
  async rename(displayName: string): Promise<readonly UserError[]> {
    const { updateProfile } = await tell(UpdateProfileDocument, { input: { displayName } });
    if (updateProfile.viewer && this.#identity) {
      await this.#keep({ ...this.#identity, viewer: updateProfile.viewer });
    }
    return updateProfile.userErrors;
  }

  /** Asks who this browser is: a link that was opened elsewhere may have made an account of the guest. */
  async look(): Promise<void> {
    if (await this.token())
      await this.#exclusively(async () => {
        await this.#read();
        if (this.#identity) await this.#refresh(this.#identity);
      });
  }

  /** Ends this device's sign-in. What the account has is removed from this browser; what was never sent stays. */
  async signOut(): Promise<void> {
    await tell(SignOutDocument, { input: {} });
    await this.#leave();
  }

  /** Ends the sign-in of every device, this one too. */
  async signOutEverywhere(): Promise<void> {
    await tell(SignOutEverywhereDocument, { input: {} });
    await this.#leave();
  }

  /** Deletes the account, or the guest, with everything that belongs to it, here and on the server. */
  async deleteEverything(password: string | null): Promise<readonly UserError[]> {
    if (await this.token()) {
      const { deleteAccount } = await tell(DeleteAccountDocument, { input: { password } });
      if (deleteAccount.userErrors.length > 0) return deleteAccount.userErrors;
    }
    await (await store()).clear('sessions');
    await writeValue('loudness', undefined);
    await this.#leave();
    this.dispatchEvent(new Event('erased'));
    return [];
  }

  async #leave(): Promise<void> {
    const database = await store();
    for (const session of await database.getAll('sessions')) {
      if (!session.unsent) await database.delete('sessions', session.id);
    }
    for (const name of ['preferences', 'metrics', 'shelf']) await writeValue(name, undefined);
    await this.#keep(null);
  }

  async #take(answer: Answer): Promise<boolean> {
    if (!answer.tokens || !answer.viewer) return false;
    await this.#keep({ tokens: answer.tokens, viewer: answer.viewer });
    return true;
  }

  async #read(): Promise<void> {
    // Without storage this browser is somebody for as long as the page is open.
    const kept = await readValue<Identity>('identity')
      .then((value) => value ?? null)
      .catch(() => this.#identity);
    const changed = kept?.viewer.id !== this.#identity?.viewer.id;
    this.#identity = kept;
    if (changed) this.dispatchEvent(new Event('change'));
  }

  async #keep(identity: Identity | null): Promise<void> {
    await writeValue('identity', identity ?? undefined).catch(() => {});
    this.#identity = identity;
    this.dispatchEvent(new Event('change'));
  }

  /** One tab at a time: a refresh token is used once, and a second use would end the sign-in. */
  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    if (navigator.locks) return navigator.locks.request('nes-identity', work) as Promise<T>;
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  #turn: Promise<unknown> = Promise.resolve();
}

/** The time zone of this device. Asked for when it is needed: the first answer takes a browser a while. */
export const zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

const fresh = (tokens: TokenFieldsFragment): boolean => Date.parse(tokens.accessExpiresAt) - Date.now() > 30_000;

async function proofHeader(): Promise<Record<string, string>> {
  const value = await proof(apiAddress() ?? '');
  return value ? { dpop: value } : {};
}

export const account = new Account();

/** The token that requests carry; null for nobody. */
export const accessToken = (): Promise<string | null> => account.token();
