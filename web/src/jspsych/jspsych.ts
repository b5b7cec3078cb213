/** `jspsych.js` beside the embeds: what an experiment made with jsPsych 8 takes from here (docs/RESEARCH.md). */
export { NesBackgroundExtension } from './extension.ts';
export { type Marked, type MarkerPort, markAt, midiClock, midiNotes, serialBytes, serialPulses } from './markers.ts';
export { NesStimulusPlugin } from './plugin.ts';
