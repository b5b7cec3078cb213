/** `jspsych.js` beside the embeds: what an experiment made with jsPsych 8 takes from here (docs/RESEARCH.md). */
export { type BridgeClock, type OscBridge, oscBridge } from './bridge.ts';
export { NesBackgroundExtension } from './extension.ts';
export { type LoopMeasurement, loopInput, measureLoop } from './loop-back.ts';
export { type Marked, type MarkerPort, markAt, midiClock, midiNotes, serialBytes, serialPulses } from './markers.ts';
export { type Patch, type PatchOptions, photodiodePatch } from './photodiode.ts';
export { NesStimulusPlugin } from './plugin.ts';
export { type Clicked, type ClickOptions, syncClick } from './sync-click.ts';
