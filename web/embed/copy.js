// Every example on these pages can be taken away with one touch; the button says that it was.
const SAID_MS = 3_000;

const said = document.createElement('p');
said.className = 'away';
said.setAttribute('role', 'status');
document.body.append(said);

for (const example of document.querySelectorAll('pre')) {
  const frame = document.createElement('div');
  frame.className = 'example';
  example.replaceWith(frame);
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Copy';
  // Scrolls sideways: the keyboard has to reach it.
  example.tabIndex = 0;
  frame.append(example, button);
  let back;
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(example.textContent.trimEnd());
      button.textContent = said.textContent = 'Copied';
    } catch {
      // A page without the right to write there: it is chosen, ready for the keys.
      getSelection().selectAllChildren(example);
      button.textContent = said.textContent = 'Chosen: press Ctrl+C or ⌘C';
    }
    clearTimeout(back);
    back = setTimeout(() => {
      button.textContent = 'Copy';
      said.textContent = '';
    }, SAID_MS);
  });
}
