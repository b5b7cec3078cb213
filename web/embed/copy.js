// Every example on these pages can be taken away with one touch; the button says that it was.
const SAID_MS = 3_000;

const said = document.createElement('p');
said.className = 'away';
said.setAttribute('role', 'status');
document.body.append(said);

let forget = () => {};

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
  button.addEventListener('click', async () => {
    // What was said of the one before goes first: a reader tells the same words again only when they come anew.
    forget();
    let words = 'Copied';
    try {
      await navigator.clipboard.writeText(example.textContent.trimEnd());
    } catch {
      // A page without the right to write there: it is chosen, ready for the keys.
      getSelection().selectAllChildren(example);
      words = 'Chosen: press Ctrl+C or ⌘C';
    }
    forget();
    button.textContent = said.textContent = words;
    const timer = setTimeout(() => forget(), SAID_MS);
    forget = () => {
      clearTimeout(timer);
      button.textContent = 'Copy';
      said.textContent = '';
      forget = () => {};
    };
  });
}
