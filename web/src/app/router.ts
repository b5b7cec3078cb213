/** The path that the application is served below, with a slash at its end. */
export const basePath: string = import.meta.env.BASE_URL;

/** The address of a place in the application: `to('protocols/focus')`. */
export const to = (path = ''): string => basePath + path;

export interface Place {
  /** Path below the base, without slashes at its ends. */
  path: string;
  query: URLSearchParams;
}

export function placeNow(): Place {
  const path = location.pathname.startsWith(basePath) ? location.pathname.slice(basePath.length) : location.pathname;
  return { path: path.replace(/^\/+|\/+$/g, ''), query: new URLSearchParams(location.search) };
}

/** Goes to a place of the application. `replace` leaves no step in the browser's history. */
export function go(path: string, replace = false): void {
  const address = to(path);
  if (replace) history.replaceState(null, '', address);
  else history.pushState(null, '', address);
  window.dispatchEvent(new Event('nes-go'));
}

/** Calls `arrived` for every change of place, by link, by `go` and by the browser's own buttons. Returns how to end it. */
export function watchPlaces(arrived: () => void): () => void {
  const clicked = (event: MouseEvent): void => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = event.composedPath().find((node): node is HTMLAnchorElement => node instanceof HTMLAnchorElement);
    if (!link?.href || link.target || link.hasAttribute('download')) return;
    const address = new URL(link.href);
    if (address.origin !== location.origin || !address.pathname.startsWith(basePath)) return;
    if (address.pathname === location.pathname && address.search === location.search && address.hash) return;
    event.preventDefault();
    history.pushState(null, '', address.href);
    arrived();
  };
  document.addEventListener('click', clicked);
  window.addEventListener('popstate', arrived);
  window.addEventListener('nes-go', arrived);
  return () => {
    document.removeEventListener('click', clicked);
    window.removeEventListener('popstate', arrived);
    window.removeEventListener('nes-go', arrived);
  };
}
