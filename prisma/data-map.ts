/**
 * What the server keeps of people: every table and column of `schema.prisma`, by kind. The privacy page and docs/PRIVACY.md say
 * of each kind why, how long and who sees it; a test compares all three with the schema, so that nothing is kept unsaid.
 */

/** Kinds of data, in the order in which people are told of them. */
export type DataKind =
  | 'account'
  | 'devices'
  | 'health'
  | 'feelings'
  | 'trials'
  | 'responses'
  | 'listening'
  | 'settings'
  | 'programs'
  | 'groups'
  | 'order';

export interface DataFacts {
  /** Why it is kept. */
  purpose: string;
  /** Until when. Backups: until the operator deletes them, 30 days in the workflow that the project brings along. */
  lifetime: string;
  /** Who but the person and the operator sees it. */
  seenBy: string;
  /** Data concerning health (GDPR, article 9): kept only with explicit consent. */
  health: boolean;
}

export const DATA_KINDS: Readonly<Record<DataKind, DataFacts>> = {
  account: {
    purpose: 'To sign in, to mail a link that proves the address or sets a new password, and the name that others see.',
    lifetime:
      'Until the account is deleted; links run out within days. A guest without an address is deleted with what belongs to it.',
    seenBy: 'The name: everybody, at what is published and in groups. The address: nobody.',
    health: false,
  },
  devices: {
    purpose:
      'To stay signed in, to list the devices, to end a sign-in from elsewhere, and to let in programs that a person gave a token.',
    lifetime:
      'Until signed out, or 30 days after the last use; a token until it is revoked or runs out, a code that a device shows ten minutes.',
    seenBy: 'Nobody.',
    health: false,
  },
  health: {
    purpose:
      'The answers to the safety questions, so that their limits hold on all devices of a person who agreed to that.',
    lifetime: 'One set, until the person takes the agreement back or deletes the account: gone at once.',
    seenBy: 'Nobody.',
    health: true,
  },
  feelings: {
    purpose:
      'What a person rates before and after a session, and a note, to show them what helped; and that a person counts among those who heard a protocol.',
    lifetime: 'Until the rating, the session or the account is deleted.',
    seenBy: 'How many heard a protocol, and the mean of their stars: everybody. The rest: nobody.',
    health: false,
  },
  trials: {
    purpose: 'Plan, order, periods and answers of a blinded trial that a person began, to open it at its planned end.',
    lifetime: 'Until the trial or the account is deleted.',
    seenBy:
      'Effect, variance and age in tens of those who agreed to it: everybody, for ten people or more together. The rest: nobody.',
    health: false,
  },
  responses: {
    purpose:
      'The answer of a measurement with electrodes that a person agreed to keep: which of them followed the sound, never the signal.',
    lifetime: 'Until the person deletes the answer or the account.',
    seenBy: 'Nobody.',
    health: false,
  },
  listening: {
    purpose:
      'What was played when and how long, for the history, the days, the other devices and the webhooks of the same person, and for Home Assistant where they asked for that.',
    lifetime:
      'Until the session or the account is deleted; what a webhook waits to tell, three days at most; the last twenty things that it told, as long as it is there.',
    seenBy:
      'The number of sessions of a protocol: everybody. State and title of what plays, where the person asked for Home Assistant: who can read the operator’s MQTT broker. The rest: nobody.',
    health: false,
  },
  settings: {
    purpose:
      'Volume, light, language, reminders, favourites, lists, the plan of the day and the like, the same on all devices.',
    lifetime: 'Until the account is deleted.',
    seenBy: 'Nobody.',
    health: false,
  },
  programs: {
    purpose: 'Programs that a person makes and publishes, programs behind short links, and the library.',
    lifetime:
      'Until deleted; what others played stays for them without author and texts. Behind a short link: 90 days after it was last made.',
    seenBy: 'Published ones: everybody. Drafts: nobody. Behind a short link: whoever has it; who made it is not kept.',
    health: false,
  },
  groups: {
    purpose:
      'Sessions that several people hear in step: who is in them, how far their clocks are off, and hashes of device and network that keep out who was removed.',
    lifetime: 'Some days after the group ends.',
    seenBy: 'The people in the group.',
    health: false,
  },
  order: {
    purpose: 'Reports about published programs and what administrators did about them.',
    lifetime: 'As long as the service runs; a reporter’s name goes with their account.',
    seenBy: 'Administrators.',
    health: false,
  },
};

/** Every table, and its columns by their names in the database. */
export const DATA_MAP: Readonly<Record<string, { kind: DataKind; columns: string }>> = {
  users: {
    kind: 'account',
    columns: 'id email email_key email_verified_at password_hash display_name role suspended_at created_at',
  },
  screenings: {
    kind: 'health',
    columns:
      'id user_id questions_version seizures photosensitivity heart psychosis head_injury pregnancy under_18 hearing migraine lungs panic sedatives accepted_risk answered_at agreed_at',
  },
  preferences: {
    kind: 'settings',
    columns:
      'user_id volume visuals intensity scene reduced_flashing reminder reminder_minute daily_goal_minutes theme language time_zone default_protocol_id version updated_at',
  },
  person_lists: {
    kind: 'settings',
    columns: 'user_id body version updated_at',
  },
  protocols: {
    kind: 'programs',
    columns:
      'id slug owner_id visibility hidden_at category evidence labels tags title summary speakers_ok duration_seconds min_beat_hz max_beat_hz bands current_revision_id forked_from_id control_of_id library_version session_count rating_count rating_sum rating_average deleted_at created_at updated_at published_at listed_at place translations',
  },
  revisions: {
    kind: 'programs',
    columns:
      'id protocol_id number author_id title summary description what_is_known program program_hash created_at public_at translations note',
  },
  shared_programs: {
    kind: 'programs',
    columns: 'code title program content_hash created_at expires_at',
  },
  sources: {
    kind: 'programs',
    columns: 'id protocol_id position title authors year url finding pmid participants stimulus funding read_on',
  },
  sessions: {
    kind: 'listening',
    columns:
      'id user_id protocol_id revision_id group_id state version time_zone started_at ended_at position_seconds position_at played_seconds volume scene player_device_id player_device_name expires_at created_at',
  },
  session_events: {
    kind: 'listening',
    columns: 'id session_id sequence kind occurred_at received_at position_seconds volume scene device_id',
  },
  session_days: {
    kind: 'listening',
    columns:
      'session_id day seconds delta_seconds theta_seconds alpha_seconds beta_seconds gamma_seconds no_beat_seconds',
  },
  ratings: {
    kind: 'feelings',
    columns:
      'session_id user_id protocol_id stars mood_before mood_after focus_before focus_after calm_before calm_after sleepiness_before sleepiness_after comment created_at updated_at',
  },
  protocol_listeners: {
    kind: 'feelings',
    columns: 'protocol_id user_id stars',
  },
  daily_metrics: {
    kind: 'feelings',
    columns:
      'user_id day sessions completed seconds delta_seconds theta_seconds alpha_seconds beta_seconds gamma_seconds no_beat_seconds stars_count stars_sum mood_change_count mood_change_sum focus_change_count focus_change_sum calm_change_count calm_change_sum sleepiness_change_count sleepiness_change_sum',
  },
  refresh_sessions: {
    kind: 'devices',
    columns:
      'id user_id token_hash previous_hash key_thumbprint device_id device_name created_at last_used_at expires_at ended_at',
  },
  mail_tokens: {
    kind: 'account',
    columns: 'id user_id kind token_hash new_email password_hash display_name created_at expires_at used_at',
  },
  access_tokens: {
    kind: 'devices',
    columns: 'id user_id name token_hash scopes created_at last_used_at expires_at',
  },
  device_codes: {
    kind: 'devices',
    columns: 'id device_hash user_hash name scopes network_hash created_at expires_at refused_at user_id',
  },
  webhooks: {
    kind: 'listening',
    columns:
      'id user_id url topics created_at due_at taken_until attempts failing_since failure delivered_at stopped_at',
  },
  home_links: {
    kind: 'listening',
    columns: 'id user_id name created_at',
  },
  webhook_attempts: {
    kind: 'listening',
    columns: 'webhook_id delivery_id payload created_at tried_at tries failure',
  },
  webhook_deliveries: {
    kind: 'listening',
    columns: 'sequence id webhook_id payload created_at',
  },
  reports: {
    kind: 'order',
    columns: 'id protocol_id reporter_id reason text created_at closed_at',
  },
  admin_acts: {
    kind: 'order',
    columns: 'id admin_id action target_type target_id reason created_at',
  },
  groups: {
    kind: 'groups',
    columns:
      'id code host_id revision_id state version locked position_seconds position_at created_at ended_at former_codes banned',
  },
  group_members: {
    kind: 'groups',
    columns: 'id group_id user_id name joined_at left_at kicked_at seen_at offset_ms offset_at marks',
  },
  group_events: {
    kind: 'groups',
    columns: 'id group_id sequence user_id action occurred_at position_seconds',
  },
  trials: {
    kind: 'trials',
    columns: 'id user_id revision_id plan plan_hash salt arm_order sealed_on revealed_at revealed_after created_at',
  },
  trial_periods: {
    kind: 'trials',
    columns: 'trial_id period session_id started_at ended_at heard_seconds value detail beat_chance received_at',
  },
  trial_shares: {
    kind: 'trials',
    columns: 'trial_id outcome_id plan_hash effect variance age_tens shared_at',
  },
  trial_findings: {
    kind: 'trials',
    columns: 'protocol_id outcome_id version answer',
  },
  measured_responses: {
    kind: 'responses',
    columns:
      'id user_id session_id device rate_hz windows left_out_share earphones_away channels measured_at created_at',
  },
};
