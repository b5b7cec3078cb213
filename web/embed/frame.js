// The page inside an iframe: one player, as its address says. What the address does not know is not read.
const attributes = [
  'protocol',
  'src',
  'api',
  'heading',
  'visuals',
  'scene',
  'intensity',
  'volume',
  'theme',
  'screening',
];
const query = new URLSearchParams(location.search);
const player = document.createElement('nes-player');
for (const name of attributes) {
  const value = query.get(name);
  if (value !== null) player.setAttribute(name, value);
}
document.body.append(player);
