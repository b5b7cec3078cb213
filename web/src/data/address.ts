/**
 * Where the API is. Built for GitHub Pages, `VITE_NES_API` names it; served by the API itself (or by the development
 * server's proxy) it is this origin. `VITE_NES_API=none` builds an application without one.
 */
export function apiAddress(): string | null {
  const built: string | undefined = import.meta.env?.VITE_NES_API;
  if (built === 'none') return null;
  if (built) return new URL('graphql', built.endsWith('/') ? built : `${built}/`).href;
  return typeof location === 'undefined' ? null : new URL('/graphql', location.origin).href;
}

/** The same address for the WebSocket. */
export function liveAddress(): string | null {
  return apiAddress()?.replace(/^http/, 'ws') ?? null;
}
