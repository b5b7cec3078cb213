import { loopInput, measureLoop } from './latest/jspsych.js';

const form = document.querySelector('#loop');
const said = document.querySelector('#said');
const button = form.querySelector('button');

function tell(...lines) {
  said.replaceChildren(
    ...lines.map((line) => {
      const paragraph = document.createElement('p');
      paragraph.textContent = line;
      return paragraph;
    }),
  );
}

const ms = (value) => `${value.toFixed(2)} ms`;

function words(told) {
  const { clicks, found, latencyMilliseconds, jitterMilliseconds, leastMilliseconds, mostMilliseconds } = told;
  const back = `${found} of ${clicks} clicks came back, at ${told.sampleRate} Hz.`;
  if (found === 0)
    return [
      back,
      'Nothing came back: look at the cable, the input that was chosen, and both levels. A way above 450 ms is not found.',
    ];
  const believed = told.outputLatencyMilliseconds;
  return [
    back,
    `Latency, median: ${ms(latencyMilliseconds)}. From ${ms(leastMilliseconds)} to ${ms(mostMilliseconds)}.`,
    `Jitter, standard deviation: ${ms(jitterMilliseconds)}.`,
    believed === null
      ? 'The browser does not say what it believes of the output.'
      : `Of it the browser believes ${ms(believed)} to be the output's.`,
  ];
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const fields = new FormData(form);
  button.disabled = true;
  const context = new AudioContext();
  let input;
  try {
    input = await loopInput();
    tell('Measuring. Leave the page in front.');
    const options = { clicks: Number(fields.get('clicks')), channel: Number(fields.get('channel')) };
    tell(...words(await measureLoop(context, input, options)));
  } catch (error) {
    tell(error.message);
  } finally {
    for (const track of input?.getTracks() ?? []) track.stop();
    await context.close();
    button.disabled = false;
  }
});
