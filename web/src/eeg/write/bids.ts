import { HED_VERSION } from '@nes/program/hed.ts';
import { type BlockText, readBlockText } from '../answer.ts';
import { continuous, type Recording } from '../recording.ts';
import { type EdfOptions, writeEdf } from './edf.ts';

/** Of BIDS 1.10. */
const VERSION = '1.10.0';
/** Where Muse has its reference and its ground. */
const REFERENCES: Record<string, { EEGReference: string; EEGGround: string }> = {
  athena: { EEGReference: 'Fpz', EEGGround: 'Fpz (driven)' },
  muse: { EEGReference: 'Fpz', EEGGround: 'Fpz (driven)' },
};

export interface BidsOptions extends EdfOptions {
  /** Kind of the device, for what is known of its montage. */
  kind: string;
  lineHz: 50 | 60;
}

const tsv = (head: readonly string[], rows: readonly (readonly (string | number)[])[]) =>
  `${[head, ...rows].map((row) => row.join('\t')).join('\n')}\n`;

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** Groups, since tags of the same instant count as one string, in which no tag may stand twice. */
const BLOCK_TAGS: Record<BlockText['kind'], string> = {
  on: '(Sensory-event, Auditory-presentation, Stereophonic, Experimental-stimulus, Label/Beat-on)',
  off: '(Sensory-event, Auditory-presentation, Stereophonic, Experimental-stimulus, Label/Beat-off)',
  silence: '(Experiment-structure, Label/Silence)',
};

/** HED tags of a note: of a block, or of something that happened to the signal. */
function tagsOf(text: string): string {
  const block = readBlockText(text);
  return block ? BLOCK_TAGS[block.kind] : `(Experiment-control, Label/${text.replace(/[^A-Za-z0-9]+/g, '-')})`;
}

/** The files of a BIDS data set of one person and one recording, by their paths. */
export function writeBids(recording: Recording, options: BidsOptions): Record<string, Uint8Array> {
  const whole = continuous(recording);
  const encoder = new TextEncoder();
  const stem = 'sub-01/eeg/sub-01_task-beat';
  const eeg = whole.channels.filter(({ unit }) => unit === 'uV');
  const seconds = (whole.channels[0]?.samples.length ?? 0) / whole.sampleRateHz;
  const texts: Record<string, string> = {
    'dataset_description.json': json({
      Name: 'Response to a beat',
      BIDSVersion: VERSION,
      HEDVersion: HED_VERSION,
      DatasetType: 'raw',
      License: 'n/a',
      Authors: ['n/a'],
    }),
    README: [
      'One recording of one person who heard a sound by earphones, in blocks with a beat, without it, and in silence, in an order that was hidden.',
      'Times of events are seconds from the first sample, by the clock of the sound. The last record of the signal may be filled up; that is noted in it.',
      '',
    ].join('\n'),
    'participants.tsv': tsv(['participant_id'], [['sub-01']]),
    [`${stem}_eeg.json`]: json({
      TaskName: 'beat',
      TaskDescription: 'Listening to a sound in blocks with and without a beat, in an order that was hidden.',
      SamplingFrequency: whole.sampleRateHz,
      PowerLineFrequency: options.lineHz,
      EEGReference: REFERENCES[options.kind]?.EEGReference ?? 'n/a',
      EEGGround: REFERENCES[options.kind]?.EEGGround ?? 'n/a',
      SoftwareFilters: 'n/a',
      Manufacturer: 'n/a',
      ManufacturersModelName: options.device,
      EEGChannelCount: eeg.length,
      MiscChannelCount: whole.channels.length - eeg.length,
      RecordingDuration: seconds,
      RecordingType: 'continuous',
    }),
    [`${stem}_channels.tsv`]: tsv(
      ['name', 'type', 'units'],
      whole.channels.map(({ name, unit }) => (unit === 'uV' ? [name, 'EEG', 'µV'] : [name, 'MISC', 'n/a'])),
    ),
    [`${stem}_events.tsv`]: tsv(
      ['onset', 'duration', 'trial_type', 'beat_hz'],
      whole.annotations.map(({ onsetSeconds, durationSeconds, text }) => [
        Number(onsetSeconds.toFixed(3)),
        Number(durationSeconds.toFixed(3)),
        text,
        readBlockText(text)?.rateHz ?? 'n/a',
      ]),
    ),
    [`${stem}_events.json`]: json({
      trial_type: {
        Description:
          'Block: the beat in the sound, the same sound without it, or silence; BAD_gap where the connection was lost.',
        HED: Object.fromEntries(whole.annotations.map(({ text }) => [text, tagsOf(text)])),
      },
      beat_hz: { Description: 'The beat, or the beat that a block without one stands against.', Units: 'Hz' },
    }),
  };
  const files: Record<string, Uint8Array> = Object.fromEntries(
    Object.entries(texts).map(([path, text]) => [path, encoder.encode(text)]),
  );
  files[`${stem}_eeg.${options.bits > 16 ? 'bdf' : 'edf'}`] = writeEdf(whole, options);
  return files;
}
