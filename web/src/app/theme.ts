const name = 'nes-theme';

/** Shows a theme: `dark`, `light`, or `system`. `theme.js` reads what is kept here before the first paint. */
export function showTheme(theme: string): void {
  const root = document.documentElement;
  if (theme === 'dark' || theme === 'light') root.dataset.theme = theme;
  else delete root.dataset.theme;
  try {
    if (theme === 'dark' || theme === 'light') localStorage.setItem(name, theme);
    else localStorage.removeItem(name);
  } catch {
    // Without storage the theme is right again after the first moment of the next visit.
  }
}

/** What is seen now. */
export function themeSeen(): 'dark' | 'light' {
  const { theme } = document.documentElement.dataset;
  if (theme === 'dark' || theme === 'light') return theme;
  return matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
}
