import type { LitElement } from 'lit';

/** What every page offers the shell. */
export interface Page extends LitElement {
  /** For the window's title and for what a screen reader hears on arrival. */
  readonly pageTitle: string;
  /** Parts of the address, by name. */
  params: Record<string, string>;
  /** True: the page fills the window and the top bar hides while nothing is touched. */
  readonly fills?: boolean;
  /** Resolves once there is something to see. Known as soon as it is connected; the first page of a visit stays hidden until then. */
  readonly ready?: Promise<unknown>;
}

interface Route {
  pattern: string;
  tag: string;
  load: () => Promise<{ new (): Page }>;
  /** As the page itself says, known before its code is there. */
  fills?: boolean;
}

/** Every place of the application. A page's code is fetched when it is first visited. */
const routes: readonly Route[] = [
  { pattern: '', tag: 'nes-library-page', load: async () => (await import('./library/library-page.ts')).LibraryPage },
  // The part of an address before a protocol's name is tried by hand.
  {
    pattern: 'protocols',
    tag: 'nes-library-page',
    load: async () => (await import('./library/library-page.ts')).LibraryPage,
  },
  {
    pattern: 'protocols/:slug',
    tag: 'nes-protocol-page',
    load: async () => (await import('./protocol/protocol-page.ts')).ProtocolPage,
  },
  {
    pattern: 'play',
    tag: 'nes-player-page',
    fills: true,
    load: async () => (await import('./player/player-page.ts')).PlayerPage,
  },
  {
    pattern: 'play/:slug',
    tag: 'nes-player-page',
    fills: true,
    load: async () => (await import('./player/player-page.ts')).PlayerPage,
  },
  // Two letters and ten: short enough for a chat.
  {
    pattern: 'l/:code',
    tag: 'nes-listen-page',
    load: async () => (await import('./listen/listen-page.ts')).ListenPage,
  },
  { pattern: 'listen', tag: 'nes-listen-page', load: async () => (await import('./listen/listen-page.ts')).ListenPage },
  {
    pattern: 'measure',
    tag: 'nes-measure-page',
    load: async () => (await import('./measure/measure-page.ts')).MeasurePage,
  },
  {
    pattern: 'history',
    tag: 'nes-history-page',
    load: async () => (await import('./history/history-page.ts')).HistoryPage,
  },
  {
    pattern: 'account/:step',
    tag: 'nes-account-page',
    load: async () => (await import('./account/account-page.ts')).AccountPage,
  },
  {
    pattern: 'account',
    tag: 'nes-account-page',
    load: async () => (await import('./account/account-page.ts')).AccountPage,
  },
  // Typed by hand from a television.
  {
    pattern: 'device',
    tag: 'nes-device-page',
    load: async () => (await import('./account/device-page.ts')).DevicePage,
  },
  {
    pattern: 'privacy',
    tag: 'nes-privacy-page',
    load: async () => (await import('./privacy/privacy-page.ts')).PrivacyPage,
  },
  { pattern: 'lists', tag: 'nes-lists-page', load: async () => (await import('./lists/lists-page.ts')).ListsPage },
  { pattern: 'create', tag: 'nes-create-page', load: async () => (await import('./create/create-page.ts')).CreatePage },
  { pattern: 'edit', tag: 'nes-create-page', load: async () => (await import('./create/create-page.ts')).CreatePage },
  { pattern: 'edit/new', tag: 'nes-editor-page', load: async () => (await import('./editor/page.ts')).EditorPage },
  {
    pattern: 'edit/local/:id',
    tag: 'nes-editor-page',
    load: async () => (await import('./editor/page.ts')).EditorPage,
  },
  { pattern: 'edit/:slug', tag: 'nes-editor-page', load: async () => (await import('./editor/page.ts')).EditorPage },
  {
    pattern: 'progress',
    tag: 'nes-progress-page',
    load: async () => (await import('./progress/progress-page.ts')).ProgressPage,
  },
  {
    pattern: 'trials',
    tag: 'nes-trials-page',
    load: async () => (await import('./trials/trials-page.ts')).TrialsPage,
  },
  {
    pattern: 'trials/:id',
    tag: 'nes-trial-page',
    load: async () => (await import('./trials/trial-page.ts')).TrialPage,
  },
  {
    pattern: 'preferences',
    tag: 'nes-preferences-page',
    load: async () => (await import('./preferences/preferences-page.ts')).PreferencesPage,
  },
  {
    pattern: 'recordings',
    tag: 'nes-recordings-page',
    load: async () => (await import('./recordings/recordings-page.ts')).RecordingsPage,
  },
  { pattern: 'safety', tag: 'nes-safety-page', load: async () => (await import('./safety/safety-page.ts')).SafetyPage },
  {
    pattern: 'evidence',
    tag: 'nes-evidence-page',
    load: async () => (await import('./evidence/evidence-page.ts')).EvidencePage,
  },
  { pattern: 'admin', tag: 'nes-admin-page', load: async () => (await import('./admin/admin-page.ts')).AdminPage },
  {
    // Not `embed`: that folder holds the module itself.
    pattern: 'embed-builder',
    tag: 'nes-embed-page',
    load: async () => (await import('./embed/embed-page.ts')).EmbedPage,
  },
  { pattern: 'group', tag: 'nes-group-page', load: async () => (await import('./group/group-page.ts')).GroupPage },
  {
    pattern: 'group/:code',
    tag: 'nes-group-page',
    load: async () => (await import('./group/group-page.ts')).GroupPage,
  },
];

const missing: Route = {
  pattern: '*',
  tag: 'nes-missing-page',
  load: async () => (await import('./missing-page.ts')).MissingPage,
};

/** Finds the route of a path such as `protocols/focus`, with what stands in its named parts. Hosts of plain files add a slash to some. */
export function routeOf(path: string): { route: Route; params: Record<string, string> } {
  const parts = path.replace(/\/+$/, '').split('/');
  for (const route of routes) {
    const names = route.pattern.split('/');
    if (names.length !== parts.length) continue;
    const params: Record<string, string> = {};
    const fits = names.every((name, index) => {
      const part = parts[index] ?? '';
      if (!name.startsWith(':')) return name === part;
      if (part === '') return false;
      try {
        params[name.slice(1)] = decodeURIComponent(part);
        return true;
      } catch {
        return false;
      }
    });
    if (fits) return { route, params };
  }
  return { route: missing, params: {} };
}
