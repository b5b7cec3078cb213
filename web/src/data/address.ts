/** What the build was told: an address, `none`, or nothing. */
const built: string | undefined = import.meta.env?.VITE_NES_API;

/** The build names the API, so it is certain that there is one. */
export const apiNamed: boolean = built !== undefined && built !== '' && built !== 'none';

/**
 * Where the API is. Built for GitHub Pages, `VITE_NES_API` names it; served by the API itself (or by the development
 * server's proxy) it is this origin. `VITE_NES_API=none` builds an application without one, and so does a sub-path: the
 * API serves the application at its root.
 */
export function apiAddress(): string | null {
  if (built === 'none') return null;
  if (built) return new URL('graphql', built.endsWith('/') ? built : `${built}/`).href;
  if ((import.meta.env?.BASE_URL ?? '/') !== '/') return null;
  return typeof location === 'undefined' ? null : new URL('/graphql', location.origin).href;
}

/** The same address for the WebSocket. */
export function liveAddress(): string | null {
  return apiAddress()?.replace(/^http/, 'ws') ?? null;
}
