import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';

const protocols = ['focus', 'relaxation', 'meditation', 'nap'];

function Chooser() {
  const [protocol, choose] = useState('focus');
  const [said, say] = useState('');
  return (
    <>
      <p>
        {protocols.map((one) => (
          <button type="button" key={one} className="host" aria-pressed={one === protocol} onClick={() => choose(one)}>
            {one}
          </button>
        ))}
      </p>
      <nes-player
        protocol={protocol}
        scene="tunnel"
        onnes-load={(event) => say(`${event.heading} is ready`)}
        onnes-play={() => say('playing')}
        onnes-stop={() => say('stopped')}
      />
      <p className="quiet" role="status">
        {said}
      </p>
    </>
  );
}

createRoot(document.querySelector('#app') as Element).render(
  <StrictMode>
    <Chooser />
  </StrictMode>,
);
