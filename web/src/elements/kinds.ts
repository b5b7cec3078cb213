import { msg } from '@lit/localize';
import type { VoiceKind } from '@nes/program/model.ts';

/** How a voice's line is drawn. */
export type Texture = 'smooth' | 'twin' | 'dotted' | 'soft';

/** How a kind of voice is called and drawn. */
export interface KindLook {
  /** As a heading or in a list. */
  name: () => string;
  /** Within a sentence or a table. */
  inText: () => string;
  /** What stands for it beside the line of its beat: an area at the foot, specks above the foot, diamonds at the head. */
  sign: 'bed' | 'specks' | 'diamonds' | null;
  /** The line of its beat. */
  texture: Texture;
}

export const kindLooks: Readonly<Record<VoiceKind, KindLook>> = {
  BINAURAL: { name: () => msg('Binaural'), inText: () => msg('binaural'), sign: null, texture: 'smooth' },
  MONAURAL: { name: () => msg('Monaural'), inText: () => msg('monaural'), sign: null, texture: 'twin' },
  ISOCHRONIC: { name: () => msg('Isochronic'), inText: () => msg('isochronic'), sign: null, texture: 'dotted' },
  MODULATED: { name: () => msg('Modulated'), inText: () => msg('modulated'), sign: null, texture: 'dotted' },
  NOISE: { name: () => msg('Noise'), inText: () => msg('noise'), sign: 'bed', texture: 'soft' },
  BELL: { name: () => msg('Bell'), inText: () => msg('bell'), sign: 'diamonds', texture: 'smooth' },
  DROPS: { name: () => msg('Drops'), inText: () => msg('drops'), sign: 'specks', texture: 'smooth' },
  SAMPLE: { name: () => msg('Own sound file'), inText: () => msg('own sound'), sign: 'bed', texture: 'smooth' },
};
