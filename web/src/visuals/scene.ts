/**
 * What a scene is. A scene is a picture of one instant: everything it shows follows from the `SceneInput` of that
 * instant and from its own constants. It owns no clock and keeps no state between frames, so that the same input
 * always gives the same picture. This module is free of three.js at run time: pages list scenes with it.
 */
import { msg } from '@lit/localize';
import type { Camera, Scene as Root } from 'three';

export interface SceneInput {
  /** Where the heard beat is in its period, in turns, 0 up to but not including 1; 0 is the top of the beat. */
  beatPhase: number;
  /** Beat frequency in Hz, 0 where nothing beats. */
  beatHz: number;
  /** How loud the program is just now, 0 to 1. */
  level: number;
  /** Share of the program that was heard, 0 to 1. */
  programProgress: number;
  /** Colour of the current phase, `#rrggbb`. */
  phaseColour: string;
  /** The listener's choice of how strong the light is, 0 to 1. */
  intensity: number;
  /** Heard seconds since the program's start. Stands still while the sound does. */
  time: number;
  /** True: a still picture, nothing may follow the beat. */
  reducedMotion: boolean;
}

/** One scene, made for one stage. Both parts are drawn after each `update`; the picture is their sum. */
export interface Scene {
  /** Sharp lights, drawn at full size. They write screen values (sRGB), added to black. */
  readonly root: Root;
  /** Soft light, drawn at a quarter of the size. It writes linear light. */
  readonly haze: Root;
  readonly camera: Camera;
  /**
   * Sets the picture for one instant.
   * @param aspect width / height of the picture, more than 0
   */
  update(input: SceneInput, aspect: number): void;
  /** Frees every GPU resource that the scene made. */
  dispose(): void;
}

/** Every scene of the product, in the order in which people choose. A new scene is one file and one row here, and its name in the translations. */
const entries = {
  'seed-of-life': { name: () => msg('Seed of life'), load: () => import('./scenes/seed-of-life.ts') },
  'flower-of-life': { name: () => msg('Flower of life'), load: () => import('./scenes/flower-of-life.ts') },
  fibonacci: { name: () => msg('Fibonacci spiral'), load: () => import('./scenes/fibonacci.ts') },
  metatron: { name: () => msg('Metatron’s cube'), load: () => import('./scenes/metatron.ts') },
  'sri-yantra': { name: () => msg('Sri Yantra'), load: () => import('./scenes/sri-yantra.ts') },
  merkaba: { name: () => msg('Merkaba'), load: () => import('./scenes/merkaba.ts') },
  tunnel: { name: () => msg('Tunnel'), load: () => import('./scenes/tunnel.ts') },
  particles: { name: () => msg('Particle field'), load: () => import('./scenes/particles.ts') },
  aurora: { name: () => msg('Aurora'), load: () => import('./scenes/aurora.ts') },
  ganzfeld: { name: () => msg('Ganzfeld'), load: () => import('./scenes/ganzfeld.ts') },
} satisfies Record<string, Omit<SceneEntry, 'id'>>;

export type SceneId = keyof typeof entries;

export interface SceneEntry {
  id: SceneId;
  /** Its name in the listener's language. */
  name(): string;
  /** Fetches the scene's own code; the module's `create` makes one for a stage. */
  load(): Promise<{ create(): Scene }>;
}

export const sceneIds = Object.keys(entries) as [SceneId, ...SceneId[]];

export const scenes: readonly SceneEntry[] = sceneIds.map((id) => ({ id, ...entries[id] }));

/** A scene's name in the listener's language. */
export const sceneName = (id: SceneId): string => entries[id].name();

export const defaultSceneId: SceneId = 'seed-of-life';

/** True where `id` names a scene of the product. */
export const isSceneId = (id: unknown): id is SceneId => typeof id === 'string' && Object.hasOwn(entries, id);
