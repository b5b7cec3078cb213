// Before the first paint, so that a chosen theme never flashes the other one (src/app/theme.ts), and so that the words
// which the document itself holds are seen only where they are right: at their own address, in English, and on the
// library's page by somebody who is new here (web/build/first-paint.ts).
{
  const root = document.documentElement;
  let language = '';
  try {
    const theme = localStorage.getItem('nes-theme');
    if (theme === 'dark' || theme === 'light') root.dataset.theme = theme;
    language = localStorage.getItem('nes-language') ?? '';
    if (localStorage.getItem('nes-driving')) root.dataset.known = '';
  } catch {}
  const spoken = (language ? [language] : navigator.languages)
    .map((tag) => tag.slice(0, 2))
    .find((tag) => /^(en|es|fr|de)$/.test(tag));
  if (location.pathname !== root.dataset.page) root.dataset.elsewhere = '';
  if (spoken && spoken !== 'en') root.dataset.translated = '';
}
