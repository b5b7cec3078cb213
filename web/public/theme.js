// Before the first paint, so that a chosen theme never flashes the other one. See src/app/theme.ts.
try {
  const theme = localStorage.getItem('nes-theme');
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
} catch {}
