/** How loud each ear is, 0 to 1, and whether they are exchanged. */
export interface EarLevels {
  left: number;
  right: number;
  swapped: boolean;
}

/** Time constant of a change. */
const CHANGE_SECONDS = 0.01;

/** What lies between the sound and the ears: a level for each way from one of the two channels to one of the two ears. */
export class Ears {
  readonly input: ChannelSplitterNode;
  readonly #context: BaseAudioContext;
  readonly #ways: GainNode[];

  constructor(context: BaseAudioContext, destination: AudioNode, levels: EarLevels) {
    this.#context = context;
    this.input = context.createChannelSplitter(2);
    const merger = context.createChannelMerger(2);
    merger.connect(destination);
    this.#ways = gains(levels).map((gain, way) => {
      const node = context.createGain();
      node.gain.value = gain;
      this.input.connect(node, way >> 1);
      node.connect(merger, 0, way & 1);
      return node;
    });
  }

  set(levels: EarLevels): void {
    gains(levels).forEach((gain, way) => {
      this.#ways[way]?.gain.setTargetAtTime(gain, this.#context.currentTime, CHANGE_SECONDS);
    });
  }
}

/** From left to left, left to right, right to left, right to right. */
const gains = ({ left, right, swapped }: EarLevels): number[] => (swapped ? [0, right, left, 0] : [left, 0, 0, right]);
