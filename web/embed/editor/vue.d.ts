import type { DefineComponent } from "vue";
import type {
  NesMetrics,
  NesErrorEvent,
  NesPlayer,
  NesLoadEvent,
  NesPlayEvent,
  NesPauseEvent,
  NesSeekEvent,
  NesPhaseEvent,
  NesStopEvent,
  NesEndEvent,
  NesErrorEvent,
  NesProtocolList,
  NesSelectEvent,
  NesErrorEvent,
  NesVisual,
  NesErrorEvent,
} from "@nes/elements";

type NesMetricsProps = {
  /** Address of a JSON file: the application's export of sessions, or `{ "days": { "2026-03-01": 1200 } }`. */
  src?: NesMetrics["src"];
  /** Slug of a protocol of `api`: shows how often everybody played it and how it was rated. */
  protocol?: NesMetrics["protocol"];
  /** Address of an API, as in `https://nes.example.org`. */
  api?: NesMetrics["api"];
  /**  */
  heading?: NesMetrics["heading"];
  /** `dark` or `light`; follows the page's `color-scheme` where it is empty. */
  theme?: NesMetrics["theme"];
  /** What `src` would hold, handed over by the page. */
  record?: NesMetrics["record"];
  /** it cannot be read; the element shows the same sentence */
  "onnes-error"?: (e: CustomEvent<NesErrorEvent>) => void;
};

type NesPlayerProps = {
  /** Address of a program file: JSON, .sbg or .gnaural. */
  src?: NesPlayer["src"];
  /** Slug of a protocol: of the API in `api`, else of the built-in library. */
  protocol?: NesPlayer["protocol"];
  /** Address of an API, as in `https://nes.example.org`. */
  api?: NesPlayer["api"];
  /** Heading; the program's own title where it is empty. */
  heading?: NesPlayer["heading"];
  /** `off` plays without any picture. */
  visuals?: NesPlayer["visuals"];
  /** Which picture. */
  scene?: NesPlayer["scene"];
  /** How strong the light is, 0 to 1. */
  intensity?: NesPlayer["intensity"];
  /** 0 to 1; half is 12 dB below full. */
  volume?: NesPlayer["volume"];
  /** May sound while other players of the page do. */
  simultaneous?: NesPlayer["simultaneous"];
  /** `first` asks the safety questions before the first sound; `light` plays at once, with a still picture until they are answered. */
  screening?: NesPlayer["screening"];
  /** `dark` or `light`; follows the page's `color-scheme` where it is empty. */
  theme?: NesPlayer["theme"];
  /** What it does just now. */
  state?: NesPlayer["state"];
  /** The program itself, in place of `src` and `protocol`. */
  program?: NesPlayer["program"];
  /** Seconds of the whole program with its loops; `Infinity` where it is endless, 0 without one. */
  duration?: NesPlayer["duration"];
  /** Second that is heard now, counted over all passes. */
  currentTime?: NesPlayer["currentTime"];
  /** The beat that is heard now, in Hz; 0 where nothing beats. */
  beatHz?: NesPlayer["beatHz"];
  /** Why it cannot play, in one sentence; empty where it can. */
  error?: NesPlayer["error"];
  /** a program was read and can be played */
  "onnes-load"?: (e: CustomEvent<NesLoadEvent>) => void;
  /** the sound is about to begin or to go on */
  "onnes-play"?: (e: CustomEvent<NesPlayEvent>) => void;
  /** the sound was paused, by the visitor, by the page, or because another player began */
  "onnes-pause"?: (e: CustomEvent<NesPauseEvent>) => void;
  /** another second was chosen */
  "onnes-seek"?: (e: CustomEvent<NesSeekEvent>) => void;
  /** another phase of the program began to be heard */
  "onnes-phase"?: (e: CustomEvent<NesPhaseEvent>) => void;
  /** it was stopped before its end */
  "onnes-stop"?: (e: CustomEvent<NesStopEvent>) => void;
  /** it was heard to its end */
  "onnes-end"?: (e: CustomEvent<NesEndEvent>) => void;
  /** it cannot be read or played; the element shows the same sentence */
  "onnes-error"?: (e: CustomEvent<NesErrorEvent>) => void;
};

type NesProtocolListProps = {
  /** Address of an API whose public protocols are listed. */
  api?: NesProtocolList["api"];
  /** Address of a JSON file with a list of protocols: `[{ "slug", "title", "program", … }]`. */
  src?: NesProtocolList["src"];
  /** Id of the `<nes-player>` that plays what is chosen; without one the list plays it in its own place. */
  for?: NesProtocolList["for"];
  /** Shows this category alone, as in `FOCUS` or `SLEEP`; several are separated by spaces. */
  category?: NesProtocolList["category"];
  /** At most so many; 0 is all. */
  limit?: NesProtocolList["limit"];
  /** Shows a field to search by title and summary. */
  search?: NesProtocolList["search"];
  /**  */
  heading?: NesProtocolList["heading"];
  /** `dark` or `light`; follows the page's `color-scheme` where it is empty. */
  theme?: NesProtocolList["theme"];
  /** The list itself, handed over by the page. */
  protocols?: NesProtocolList["protocols"];
  /** a protocol was chosen; `preventDefault()` leaves it to the page */
  "onnes-select"?: (e: CustomEvent<NesSelectEvent>) => void;
  /** the list cannot be read; the element shows the same sentence */
  "onnes-error"?: (e: CustomEvent<NesErrorEvent>) => void;
};

type NesVisualProps = {
  /** Id of the player to follow; without one the player that was started last. */
  for?: NesVisual["for"];
  /** Which picture. */
  scene?: NesVisual["scene"];
  /** How strong the light is, 0 to 1. */
  intensity?: NesVisual["intensity"];
  /** `dark` or `light`, for the questions; follows the page's `color-scheme` where it is empty. */
  theme?: NesVisual["theme"];
  /** How many pictures were drawn. */
  framesDrawn?: NesVisual["framesDrawn"];
  /** this browser cannot draw */
  "onnes-error"?: (e: CustomEvent<NesErrorEvent>) => void;
};

export type CustomElements = {
  /**
   * Shows what was listened to: by default what the players of this page play, kept in the visitor's browser and nowhere
   * else; a file; or how many people heard a protocol of an API.
   * ---
   *
   *
   * ### **Events:**
   *  - **nes-error** - it cannot be read; the element shows the same sentence
   *
   * ### **CSS Properties:**
   *  - **--nes-accent** - colour of the days _(default: undefined)_
   * - **--nes-raised** - ground of the card _(default: undefined)_
   * - **--nes-line** - hairlines _(default: undefined)_
   * - **--nes-text** - words _(default: undefined)_
   * - **--nes-quiet** - words of less weight _(default: undefined)_
   * - **--nes-radius** - radius of controls; the card's is 1.6 times that _(default: undefined)_
   * - **--nes-font** - font family _(default: undefined)_
   * - **--nes-text-size** - size of the text; all other sizes follow it _(default: undefined)_
   *
   * ### **CSS Parts:**
   *  - **card** - the whole
   * - **title** - the heading
   * - **figures** - the large figures
   * - **days** - the year of days
   * - **message** - what is shown in place of figures
   */
  "nes-metrics": DefineComponent<NesMetricsProps>;

  /**
   * Plays a program of binaural, monaural or isochronic beats with light in step. Works without any server.
   * ---
   *
   *
   * ### **Events:**
   *  - **nes-load** - a program was read and can be played
   * - **nes-play** - the sound is about to begin or to go on
   * - **nes-pause** - the sound was paused, by the visitor, by the page, or because another player began
   * - **nes-seek** - another second was chosen
   * - **nes-phase** - another phase of the program began to be heard
   * - **nes-stop** - it was stopped before its end
   * - **nes-end** - it was heard to its end
   * - **nes-error** - it cannot be read or played; the element shows the same sentence
   *
   * ### **Methods:**
   *  - **play(): __** - Starts, or goes on. From a stop the sound rises from silence over 3 s.
   * Call it from a click or key press: browsers allow sound only then.
   * - **pause(): _void_** - Pauses; `play` goes on from there.
   * - **seek(seconds: _number_): _void_** - Goes to a second of the program, 0 to its end.
   * - **stop(): _void_** - Ends and goes back to the beginning.
   * - **emergencyStop(): _void_** - Silent within 20 ms, dark within a frame. The Esc key does the same.
   * - **heard(now: _number_): _Heard | null_** - What is in the ear at a moment of `performance.now()`, for light in step with it; null while nothing is played.
   *
   * ### **Slots:**
   *  - _default_ - shown while no program is set
   * - **tools** - further controls, at the end of the row of controls
   * - **foot** - what stands below the controls, as a link or a source
   *
   * ### **CSS Properties:**
   *  - **--nes-height** - height of stage and curve together _(default: undefined)_
   * - **--nes-accent** - one colour in place of the colour of the band that is heard _(default: undefined)_
   * - **--nes-ink** - ground of fields _(default: undefined)_
   * - **--nes-raised** - ground of the card _(default: undefined)_
   * - **--nes-line** - hairlines _(default: undefined)_
   * - **--nes-edge** - edges of controls _(default: undefined)_
   * - **--nes-text** - words _(default: undefined)_
   * - **--nes-quiet** - words of less weight _(default: undefined)_
   * - **--nes-danger** - Stop _(default: undefined)_
   * - **--nes-radius** - radius of controls; the card's is 1.6 times that _(default: undefined)_
   * - **--nes-font** - font family _(default: undefined)_
   * - **--nes-text-size** - size of the text; all other sizes follow it _(default: undefined)_
   * - **--nes-delta** - colour of 0.5–4 Hz _(default: undefined)_
   * - **--nes-theta** - colour of 4–8 Hz _(default: undefined)_
   * - **--nes-alpha** - colour of 8–13 Hz _(default: undefined)_
   * - **--nes-beta** - colour of 13–30 Hz _(default: undefined)_
   * - **--nes-gamma** - colour above 30 Hz _(default: undefined)_
   * - **--nes-control** - colour of what has no beat _(default: undefined)_
   *
   * ### **CSS Parts:**
   *  - **card** - the whole
   * - **header** - title and facts
   * - **title** - the heading
   * - **facts** - length, range of beats, whether headphones are needed
   * - **stage** - where the light is
   * - **curve** - the drawing of the program, with which one seeks
   * - **message** - what is shown in place of a program
   * - **controls** - the row of controls
   * - **play** - the button that plays and pauses
   * - **stop** - the button that stops
   * - **time** - second and length
   * - **volume** - the slider of the volume
   * - **note** - the line about safety
   * - **questions** - what opens the safety questions
   */
  "nes-player": DefineComponent<NesPlayerProps>;

  /**
   * Lists protocols to choose from: the built-in library, an API's, a file's, or the page's own.
   * ---
   *
   *
   * ### **Events:**
   *  - **nes-select** - a protocol was chosen; `preventDefault()` leaves it to the page
   * - **nes-error** - the list cannot be read; the element shows the same sentence
   *
   * ### **CSS Properties:**
   *  - **--nes-accent** - colour of what is chosen _(default: undefined)_
   * - **--nes-raised** - ground of the cards _(default: undefined)_
   * - **--nes-line** - hairlines _(default: undefined)_
   * - **--nes-text** - words _(default: undefined)_
   * - **--nes-quiet** - words of less weight _(default: undefined)_
   * - **--nes-radius** - radius of controls; that of cards is 1.6 times that _(default: undefined)_
   * - **--nes-font** - font family _(default: undefined)_
   * - **--nes-text-size** - size of the text; all other sizes follow it _(default: undefined)_
   *
   * ### **CSS Parts:**
   *  - **list** - the whole
   * - **title** - the heading
   * - **search** - the field to search
   * - **protocol** - one protocol to choose
   * - **player** - the player that plays in its place
   * - **message** - what is shown in place of protocols
   */
  "nes-protocol-list": DefineComponent<NesProtocolListProps>;

  /**
   * The light alone, in step with a `<nes-player>` of the same page. It stands still until the safety questions are
   * answered, and while nothing is played.
   * ---
   *
   *
   * ### **Events:**
   *  - **nes-error** - this browser cannot draw
   *
   * ### **CSS Properties:**
   *  - **--nes-height** - height of the picture _(default: undefined)_
   * - **--nes-radius** - radius of controls; the picture's is 1.6 times that _(default: undefined)_
   *
   * ### **CSS Parts:**
   *  - **view** - the whole
   * - **message** - the line over the picture
   * - **questions** - what opens the safety questions
   */
  "nes-visual": DefineComponent<NesVisualProps>;
};

declare module "vue" {
  // eslint-disable-next-line @typescript-eslint/no-empty-interface
  interface GlobalComponents extends CustomElements {}
}

declare global {
  namespace JSX {
    // eslint-disable-next-line @typescript-eslint/no-empty-interface
    interface IntrinsicElements extends CustomElements {}
  }
}
