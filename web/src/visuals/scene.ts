/**
 * What a scene is. A scene is a picture of one instant: everything it shows follows from the `SceneInput` of that
 * instant and from its own constants. It owns no clock and keeps no state between frames, so that the same input
 * always gives the same picture. This module is free of three.js at run time: pages list scenes with it.
 */
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

export const sceneIds = [
  'seed-of-life',
  'flower-of-life',
  'fibonacci',
  'metatron',
  'sri-yantra',
  'merkaba',
  'tunnel',
  'particles',
  'aurora',
  'ganzfeld',
] as const;

export type SceneId = (typeof sceneIds)[number];

export interface SceneEntry {
  id: SceneId;
  /** English name for people. */
  name: string;
  /** Fetches the scene's own code; the module's `create` makes one for a stage. */
  load(): Promise<{ create(): Scene }>;
}

/** Every scene of the product, in the order in which people choose. A new scene is one file and one row here. */
export const scenes: readonly SceneEntry[] = [
  { id: 'seed-of-life', name: 'Seed of life', load: () => import('./scenes/seed-of-life.ts') },
  { id: 'flower-of-life', name: 'Flower of life', load: () => import('./scenes/flower-of-life.ts') },
  { id: 'fibonacci', name: 'Fibonacci spiral', load: () => import('./scenes/fibonacci.ts') },
  { id: 'metatron', name: 'Metatron’s cube', load: () => import('./scenes/metatron.ts') },
  { id: 'sri-yantra', name: 'Sri Yantra', load: () => import('./scenes/sri-yantra.ts') },
  { id: 'merkaba', name: 'Merkaba', load: () => import('./scenes/merkaba.ts') },
  { id: 'tunnel', name: 'Tunnel', load: () => import('./scenes/tunnel.ts') },
  { id: 'particles', name: 'Particle field', load: () => import('./scenes/particles.ts') },
  { id: 'aurora', name: 'Aurora', load: () => import('./scenes/aurora.ts') },
  { id: 'ganzfeld', name: 'Ganzfeld', load: () => import('./scenes/ganzfeld.ts') },
];

export const defaultSceneId: SceneId = 'seed-of-life';

/** True where `id` names a scene of the product. */
export function isSceneId(id: unknown): id is SceneId {
  return sceneIds.includes(id as SceneId);
}
