import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { apiAddress } from '../../data/address.ts';
import { ask } from '../../data/client.ts';
import { OperatorDocument } from '../../data/generated/account-care.ts';
import { NesElement } from '../../elements/element.ts';
import { base, controls, page } from '../../styles/base.ts';
import { to } from '../router.ts';
import type { Page } from '../routes.ts';

/** Name, why, until when and seen by whom, of every kind of data that the server keeps; by the kinds of prisma/data-map.ts. */
function kinds(): Record<string, [name: string, why: string, until: string, seen: string]> {
  return {
    account: [
      msg('Account'),
      msg(
        'Your e-mail address, your password as a hash, the name that others see: to sign in and to mail you links that you asked for.',
      ),
      msg('Until you delete the account.'),
      msg('Your name: everybody, where you publish or join a group. Your address: nobody.'),
    ],
    devices: [
      msg('Devices'),
      msg(
        'Which devices are signed in, by the names they gave, and tokens that you made for programs or let devices fetch: to stay signed in and to end it from elsewhere.',
      ),
      msg(
        'Until you sign out, or 30 days after the last use; a token until you revoke it or it runs out; a code that a device shows, ten minutes.',
      ),
      msg('Nobody.'),
    ],
    health: [
      msg('Answers about your health'),
      msg(
        'Your answers to the safety questions, only if you agreed to it: so that their limits hold on all your devices.',
      ),
      msg('The newest only, until you take it back on the Safety page: then they are gone at once.'),
      msg('Nobody.'),
    ],
    feelings: [
      msg('How you felt'),
      msg('What you rate before and after a session, and your note: to show you what helped.'),
      msg('Until you delete the rating, the session or the account.'),
      msg('How many heard a protocol and the mean of their stars: everybody. The rest: nobody.'),
    ],
    trials: [
      msg('Your trials'),
      msg('Plan, order, days and answers of a blinded trial that you began: to open it at its planned end.'),
      msg('Until you delete the trial or the account.'),
      msg(
        'Only if you agreed to it, and for ten people or more together: the size of the effect and your age in tens. The rest: nobody.',
      ),
    ],
    responses: [
      msg('Your measurements'),
      msg(
        'Which electrodes followed the sound, if you agreed to keep that answer: to show it in your history. Never the signal.',
      ),
      msg('Until you delete the answer or the account.'),
      msg('Nobody.'),
    ],
    listening: [
      msg('What you played'),
      msg(
        'What was played when and how long: for your history, your days, your other devices, and for webhooks and Home Assistant if you asked for them.',
      ),
      msg(
        'Until you delete the session or the account; the last twenty things that a webhook was told, as long as you have it.',
      ),
      msg(
        'The number of sessions of a protocol: everybody. If you asked for Home Assistant, what plays now: who can read the MQTT broker of this server. The rest: nobody.',
      ),
    ],
    settings: [
      msg('Settings'),
      msg(
        'Volume, light, language, reminders, favourites, lists, the plan of your day and the like: the same on all your devices.',
      ),
      msg('Until you delete the account.'),
      msg('Nobody.'),
    ],
    programs: [
      msg('Your programs'),
      msg('What you make and publish, and programs behind short links that you made.'),
      msg(
        'Until you delete it; what others played stays for them without your name and texts. Behind a short link: 90 days.',
      ),
      msg(
        'What is published: everybody. Drafts: nobody. Behind a short link: whoever has it; it is not kept who made it.',
      ),
    ],
    groups: [
      msg('Groups'),
      msg(
        'Who hears a session together, how far their clocks are off, and hashes of device and network that keep out who was removed.',
      ),
      msg('Some days after the group ends.'),
      msg('The people in the group.'),
    ],
    order: [
      msg('Reports'),
      msg('What people report about published programs, and what was done about it.'),
      msg('As long as the service runs; your name goes with your account.'),
      msg('Administrators.'),
    ],
  };
}

/** What is stored, where, why, how long, and who answers for it. */
export class PrivacyPage extends NesElement implements Page {
  static override styles = [
    base,
    controls,
    page,
    css`
      .wide {
        display: grid;
        gap: var(--space-6);
        max-width: 70rem;
        padding-top: var(--space-6);
      }
      section {
        display: grid;
        gap: var(--space-3);
      }
      dl > div {
        padding: var(--space-3) 0;
        border-top: 1px solid var(--line);
      }
      dt {
        font-weight: 560;
      }
      dd {
        color: var(--quiet);
      }
    `,
  ];

  static override properties = { operator: { state: true } };

  declare params: Record<string, string>;
  declare protected operator: { name: string | null; contact: string | null } | null;

  constructor() {
    super();
    this.params = {};
    this.operator = null;
  }

  get pageTitle(): string {
    return msg('Privacy');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (apiAddress() === null) return;
    ask(OperatorDocument, {})
      .then(({ operator }) => {
        this.operator = { name: operator.name ?? null, contact: operator.contact ?? null };
      })
      .catch(() => {});
  }

  protected override render(): TemplateResult {
    return html`<h1 tabindex="-1">${this.pageTitle}</h1>
      <div class="wide">
        <section>
          <p>
            ${msg('Sound and light are made on your device. As a guest you can listen without telling anybody anything: your answers about your health, your own files and your calibration never leave the device.')}
          </p>
          <p>
            ${msg('What you play and rate is sent to the server of this site, so that it is there on your other devices and after a browser forgets. An account needs an age of 16 or more.')}
          </p>
          <p>${this.#operator()}</p>
        </section>
        <section>
          <h2>${msg('What the server keeps')}</h2>
          <dl>
            ${Object.values(kinds()).map(
              ([name, why, until, seen]) => html`<div>
                <dt>${name}</dt>
                <dd>${why}</dd>
                <dd>${msg(str`How long: ${until}`)}</dd>
                <dd>${msg(str`Seen by: ${seen}`)}</dd>
              </div>`,
            )}
          </dl>
          <p>
            ${msg('Backups hold what the database held when they were made; what you delete goes from them as they run out, within 30 days unless the operator says otherwise. You can export and delete everything on the account page.')}
          </p>
          <p><a href=${to('account')}>${msg('Go to the account')}</a></p>
        </section>
      </div>`;
  }

  #operator(): TemplateResult | typeof nothing {
    const { operator } = this;
    if (!operator) return nothing;
    if (!operator.name && !operator.contact) {
      return html`${msg('Whoever runs this server has not said who they are.')}`;
    }
    return html`${msg(str`This server is run by ${operator.name ?? msg('somebody without a name')}.`)}
    ${operator.contact ? msg(str`You reach them at ${operator.contact}.`) : nothing}`;
  }
}
