const player = document.querySelector('nes-player');
const said = document.querySelector('#said');

document.querySelector('#play').addEventListener('click', () => {
  player.seek(60);
  player.play().catch((error) => {
    said.textContent = error.message;
  });
});
document.querySelector('#stop').addEventListener('click', () => player.stop());
for (const type of ['nes-play', 'nes-pause', 'nes-stop', 'nes-end', 'nes-phase', 'nes-error']) {
  player.addEventListener(type, (event) => {
    said.textContent = [type, event.name ?? event.message ?? ''].join(' ');
  });
}
