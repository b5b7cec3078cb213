import type {
  NesMetrics,
  NesPlayer,
  NesProtocolList,
  NesVisual,
} from "@nes/elements";

/**
 * This type can be used to create scoped tags for your components.
 *
 * Usage:
 *
 * ```ts
 * import type { ScopedElements } from "path/to/library/jsx-integration";
 *
 * declare module "my-library" {
 *   namespace JSX {
 *     interface IntrinsicElements
 *       extends ScopedElements<'test-', ''> {}
 *   }
 * }
 * ```
 *
 * @deprecated Runtime scoped elements result in duplicate types and can confusing for developers. It is recommended to use the `prefix` and `suffix` options to generate new types instead.
 */
export type ScopedElements<
  Prefix extends string = "",
  Suffix extends string = "",
> = {
  [
    Key in keyof CustomElements as `${Prefix}${Key}${Suffix}`
  ]: CustomElements[Key];
};

type BaseProps<T extends HTMLElement> = {
  /** Content added between the opening and closing tags of the element */
  children?: any | undefined;
  /** Used for declaratively styling one or more elements using CSS (Cascading Stylesheets) */
  class?: string | undefined;
  /** Used for declaratively styling one or more elements using CSS (Cascading Stylesheets) */
  className?: string | undefined;
  /** Takes an object where the key is the class name(s) and the value is a boolean expression. When true, the class is applied, and when false, it is removed. */
  classList?: Record<string, boolean | undefined> | undefined;
  /** Specifies the text direction of the element. */
  dir?: "ltr" | "rtl" | undefined;
  /** Contains a space-separated list of the part names of the element that should be exposed on the host element. */
  exportparts?: string | undefined;
  /** For <label> and <output>, lets you associate the label with some control. */
  htmlFor?: string | undefined;
  /** Specifies whether the element should be hidden. */
  hidden?: boolean | string | undefined;
  /** A unique identifier for the element. */
  id?: string | undefined;
  /** Keys tell React which array item each component corresponds to */
  key?: string | number | undefined;
  /** Specifies the language of the element. */
  lang?: string | undefined;
  /** Defines the element's semantic role for accessibility APIs. */
  role?: string | undefined;
  /** Contains a space-separated list of the part names of the element. Part names allows CSS to select and style specific elements in a shadow tree via the ::part pseudo-element. */
  part?: string | undefined;
  /** Use the ref attribute with a variable to assign a DOM element to the variable once the element is rendered. */
  ref?: (T | ((e: T) => void)) | undefined;
  /** Adds a reference for a custom element slot */
  slot?: string | undefined;
  /** Prop for setting inline styles */
  style?: Record<string, string | number> | undefined;
  /** Overrides the default Tab button behavior. Avoid using values other than -1 and 0. */
  tabIndex?: number | undefined;
  /** Specifies the tooltip text for the element. */
  title?: string | undefined;
  /** Passing 'no' excludes the element content from being translated. */
  translate?: "yes" | "no" | undefined;
  /** The popover global attribute is used to designate an element as a popover element. */
  popover?: "auto" | "hint" | "manual" | undefined;
  /** Turns an element element into a popover control button; takes the ID of the popover element to control as its value. */
  popovertarget?: "top" | "bottom" | "left" | "right" | "auto" | undefined;
  /** Specifies the action to be performed on a popover element being controlled by a control element. */
  popovertargetaction?: "show" | "hide" | "toggle" | undefined;
};

type BaseEvents = {};

export type NesMetricsProps = {
  /** Address of a JSON file: the application's export of sessions, or `{ "days": { "2026-03-01": 1200 } }`. */
  src?: NesMetrics["src"] | undefined;
  /** Slug of a protocol of `api`: shows how often everybody played it and how it was rated. */
  protocol?: NesMetrics["protocol"] | undefined;
  /** Address of an API, as in `https://nes.example.org`. */
  api?: NesMetrics["api"] | undefined;
  /**  */
  heading?: NesMetrics["heading"] | undefined;
  /** `dark` or `light`; follows the page's `color-scheme` where it is empty. */
  theme?: NesMetrics["theme"] | undefined;
  /** What `src` would hold, handed over by the page. */
  record?: NesMetrics["record"] | undefined;

  /** it cannot be read; the element shows the same sentence */
  "onnes-error"?: ((e: NesErrorEvent) => void) | undefined;
};

export type NesMetricsSolidJsProps = {
  /** Address of a JSON file: the application's export of sessions, or `{ "days": { "2026-03-01": 1200 } }`. */
  "prop:src"?: NesMetrics["src"] | undefined;
  /** Slug of a protocol of `api`: shows how often everybody played it and how it was rated. */
  "prop:protocol"?: NesMetrics["protocol"] | undefined;
  /** Address of an API, as in `https://nes.example.org`. */
  "prop:api"?: NesMetrics["api"] | undefined;
  /**  */
  "prop:heading"?: NesMetrics["heading"] | undefined;
  /** `dark` or `light`; follows the page's `color-scheme` where it is empty. */
  "prop:theme"?: NesMetrics["theme"] | undefined;
  /** What `src` would hold, handed over by the page. */
  "prop:record"?: NesMetrics["record"] | undefined;
  /** it cannot be read; the element shows the same sentence */
  "on:nes-error"?: ((e: NesErrorEvent) => void) | undefined;

  /** Set the innerHTML of the element */
  innerHTML?: string | undefined;
  /** Set the textContent of the element */
  textContent?: string | number | undefined;
};

export type NesPlayerProps = {
  /** Address of a program file: JSON, .sbg or .gnaural. */
  src?: NesPlayer["src"] | undefined;
  /** Slug of a protocol: of the API in `api`, else of the built-in library. */
  protocol?: NesPlayer["protocol"] | undefined;
  /** Address of an API, as in `https://nes.example.org`. */
  api?: NesPlayer["api"] | undefined;
  /** Heading; the program's own title where it is empty. */
  heading?: NesPlayer["heading"] | undefined;
  /** `off` plays without any picture. */
  visuals?: NesPlayer["visuals"] | undefined;
  /** Which picture. */
  scene?: NesPlayer["scene"] | undefined;
  /** How strong the light is, 0 to 1. */
  intensity?: NesPlayer["intensity"] | undefined;
  /** 0 to 1; half is 12 dB below full. */
  volume?: NesPlayer["volume"] | undefined;
  /** May sound while other players of the page do. */
  simultaneous?: NesPlayer["simultaneous"] | undefined;
  /** `first` asks the safety questions before the first sound; `light` plays at once, with a still picture until they are answered. */
  screening?: NesPlayer["screening"] | undefined;
  /** `dark` or `light`; follows the page's `color-scheme` where it is empty. */
  theme?: NesPlayer["theme"] | undefined;
  /** What it does just now. */
  state?: NesPlayer["state"] | undefined;
  /** The program itself, in place of `src` and `protocol`. */
  program?: NesPlayer["program"] | undefined;

  /** a program was read and can be played */
  "onnes-load"?: ((e: NesLoadEvent) => void) | undefined;
  /** the sound is about to begin or to go on */
  "onnes-play"?: ((e: NesPlayEvent) => void) | undefined;
  /** the sound was paused, by the visitor, by the page, or because another player began */
  "onnes-pause"?: ((e: NesPauseEvent) => void) | undefined;
  /** another second was chosen */
  "onnes-seek"?: ((e: NesSeekEvent) => void) | undefined;
  /** another phase of the program began to be heard */
  "onnes-phase"?: ((e: NesPhaseEvent) => void) | undefined;
  /** it was stopped before its end */
  "onnes-stop"?: ((e: NesStopEvent) => void) | undefined;
  /** it was heard to its end */
  "onnes-end"?: ((e: NesEndEvent) => void) | undefined;
  /** it cannot be read or played; the element shows the same sentence */
  "onnes-error"?: ((e: NesErrorEvent) => void) | undefined;
};

export type NesPlayerSolidJsProps = {
  /** Address of a program file: JSON, .sbg or .gnaural. */
  "prop:src"?: NesPlayer["src"] | undefined;
  /** Slug of a protocol: of the API in `api`, else of the built-in library. */
  "prop:protocol"?: NesPlayer["protocol"] | undefined;
  /** Address of an API, as in `https://nes.example.org`. */
  "prop:api"?: NesPlayer["api"] | undefined;
  /** Heading; the program's own title where it is empty. */
  "prop:heading"?: NesPlayer["heading"] | undefined;
  /** `off` plays without any picture. */
  "prop:visuals"?: NesPlayer["visuals"] | undefined;
  /** Which picture. */
  "prop:scene"?: NesPlayer["scene"] | undefined;
  /** How strong the light is, 0 to 1. */
  "prop:intensity"?: NesPlayer["intensity"] | undefined;
  /** 0 to 1; half is 12 dB below full. */
  "prop:volume"?: NesPlayer["volume"] | undefined;
  /** May sound while other players of the page do. */
  "prop:simultaneous"?: NesPlayer["simultaneous"] | undefined;
  /** `first` asks the safety questions before the first sound; `light` plays at once, with a still picture until they are answered. */
  "prop:screening"?: NesPlayer["screening"] | undefined;
  /** `dark` or `light`; follows the page's `color-scheme` where it is empty. */
  "prop:theme"?: NesPlayer["theme"] | undefined;
  /** What it does just now. */
  "prop:state"?: NesPlayer["state"] | undefined;
  /** The program itself, in place of `src` and `protocol`. */
  "prop:program"?: NesPlayer["program"] | undefined;
  /** a program was read and can be played */
  "on:nes-load"?: ((e: NesLoadEvent) => void) | undefined;
  /** the sound is about to begin or to go on */
  "on:nes-play"?: ((e: NesPlayEvent) => void) | undefined;
  /** the sound was paused, by the visitor, by the page, or because another player began */
  "on:nes-pause"?: ((e: NesPauseEvent) => void) | undefined;
  /** another second was chosen */
  "on:nes-seek"?: ((e: NesSeekEvent) => void) | undefined;
  /** another phase of the program began to be heard */
  "on:nes-phase"?: ((e: NesPhaseEvent) => void) | undefined;
  /** it was stopped before its end */
  "on:nes-stop"?: ((e: NesStopEvent) => void) | undefined;
  /** it was heard to its end */
  "on:nes-end"?: ((e: NesEndEvent) => void) | undefined;
  /** it cannot be read or played; the element shows the same sentence */
  "on:nes-error"?: ((e: NesErrorEvent) => void) | undefined;

  /** Set the innerHTML of the element */
  innerHTML?: string | undefined;
  /** Set the textContent of the element */
  textContent?: string | number | undefined;
};

export type NesProtocolListProps = {
  /** Address of an API whose public protocols are listed. */
  api?: NesProtocolList["api"] | undefined;
  /** Address of a JSON file with a list of protocols: `[{ "slug", "title", "program", … }]`. */
  src?: NesProtocolList["src"] | undefined;
  /** Id of the `<nes-player>` that plays what is chosen; without one the list plays it in its own place. */
  for?: NesProtocolList["for"] | undefined;
  /** Shows this category alone, as in `FOCUS` or `SLEEP`; several are separated by spaces. */
  category?: NesProtocolList["category"] | undefined;
  /** At most so many; 0 is all. */
  limit?: NesProtocolList["limit"] | undefined;
  /** Shows a field to search by title and summary. */
  search?: NesProtocolList["search"] | undefined;
  /**  */
  heading?: NesProtocolList["heading"] | undefined;
  /** `dark` or `light`; follows the page's `color-scheme` where it is empty. */
  theme?: NesProtocolList["theme"] | undefined;
  /** The list itself, handed over by the page. */
  protocols?: NesProtocolList["protocols"] | undefined;

  /** a protocol was chosen; `preventDefault()` leaves it to the page */
  "onnes-select"?: ((e: NesSelectEvent) => void) | undefined;
  /** the list cannot be read; the element shows the same sentence */
  "onnes-error"?: ((e: NesErrorEvent) => void) | undefined;
};

export type NesProtocolListSolidJsProps = {
  /** Address of an API whose public protocols are listed. */
  "prop:api"?: NesProtocolList["api"] | undefined;
  /** Address of a JSON file with a list of protocols: `[{ "slug", "title", "program", … }]`. */
  "prop:src"?: NesProtocolList["src"] | undefined;
  /** Id of the `<nes-player>` that plays what is chosen; without one the list plays it in its own place. */
  "prop:for"?: NesProtocolList["for"] | undefined;
  /** Shows this category alone, as in `FOCUS` or `SLEEP`; several are separated by spaces. */
  "prop:category"?: NesProtocolList["category"] | undefined;
  /** At most so many; 0 is all. */
  "prop:limit"?: NesProtocolList["limit"] | undefined;
  /** Shows a field to search by title and summary. */
  "prop:search"?: NesProtocolList["search"] | undefined;
  /**  */
  "prop:heading"?: NesProtocolList["heading"] | undefined;
  /** `dark` or `light`; follows the page's `color-scheme` where it is empty. */
  "prop:theme"?: NesProtocolList["theme"] | undefined;
  /** The list itself, handed over by the page. */
  "prop:protocols"?: NesProtocolList["protocols"] | undefined;
  /** a protocol was chosen; `preventDefault()` leaves it to the page */
  "on:nes-select"?: ((e: NesSelectEvent) => void) | undefined;
  /** the list cannot be read; the element shows the same sentence */
  "on:nes-error"?: ((e: NesErrorEvent) => void) | undefined;

  /** Set the innerHTML of the element */
  innerHTML?: string | undefined;
  /** Set the textContent of the element */
  textContent?: string | number | undefined;
};

export type NesVisualProps = {
  /** Id of the player to follow; without one the player that was started last. */
  for?: NesVisual["for"] | undefined;
  /** Which picture. */
  scene?: NesVisual["scene"] | undefined;
  /** How strong the light is, 0 to 1. */
  intensity?: NesVisual["intensity"] | undefined;
  /** `dark` or `light`, for the questions; follows the page's `color-scheme` where it is empty. */
  theme?: NesVisual["theme"] | undefined;

  /** this browser cannot draw */
  "onnes-error"?: ((e: NesErrorEvent) => void) | undefined;
};

export type NesVisualSolidJsProps = {
  /** Id of the player to follow; without one the player that was started last. */
  "prop:for"?: NesVisual["for"] | undefined;
  /** Which picture. */
  "prop:scene"?: NesVisual["scene"] | undefined;
  /** How strong the light is, 0 to 1. */
  "prop:intensity"?: NesVisual["intensity"] | undefined;
  /** `dark` or `light`, for the questions; follows the page's `color-scheme` where it is empty. */
  "prop:theme"?: NesVisual["theme"] | undefined;
  /** this browser cannot draw */
  "on:nes-error"?: ((e: NesErrorEvent) => void) | undefined;

  /** Set the innerHTML of the element */
  innerHTML?: string | undefined;
  /** Set the textContent of the element */
  textContent?: string | number | undefined;
};

export type CustomElements = {
  /**
   * Shows what was listened to: by default what the players of this page play, kept in the visitor's browser and nowhere
   * else; a file; or how many people heard a protocol of an API.
   *
   * ## Attributes & Properties
   *
   * Component attributes and properties that can be applied to the element or by using JavaScript.
   *
   * - `src`: Address of a JSON file: the application's export of sessions, or `{ "days": { "2026-03-01": 1200 } }`.
   * - `protocol`: Slug of a protocol of `api`: shows how often everybody played it and how it was rated.
   * - `api`: Address of an API, as in `https://nes.example.org`.
   * - `heading`: undefined
   * - `theme`: `dark` or `light`; follows the page's `color-scheme` where it is empty.
   * - `record`: What `src` would hold, handed over by the page. (property only)
   *
   * ## Events
   *
   * Events that will be emitted by the component.
   *
   * - `nes-error`: it cannot be read; the element shows the same sentence
   *
   * ## CSS Custom Properties
   *
   * CSS variables available for styling the component.
   *
   * - `--nes-accent`: colour of the days (default: `undefined`)
   * - `--nes-raised`: ground of the card (default: `undefined`)
   * - `--nes-line`: hairlines (default: `undefined`)
   * - `--nes-text`: words (default: `undefined`)
   * - `--nes-quiet`: words of less weight (default: `undefined`)
   * - `--nes-radius`: radius of controls; the card's is 1.6 times that (default: `undefined`)
   * - `--nes-font`: font family (default: `undefined`)
   * - `--nes-text-size`: size of the text; all other sizes follow it (default: `undefined`)
   *
   * ## CSS Parts
   *
   * Custom selectors for styling elements within the component.
   *
   * - `card`: the whole
   * - `title`: the heading
   * - `figures`: the large figures
   * - `days`: the year of days
   * - `message`: what is shown in place of figures
   */
  "nes-metrics": Partial<NesMetricsProps & BaseProps<NesMetrics> & BaseEvents>;

  /**
   * Plays a program of binaural, monaural or isochronic beats with light in step. Works without any server.
   *
   * ## Attributes & Properties
   *
   * Component attributes and properties that can be applied to the element or by using JavaScript.
   *
   * - `src`: Address of a program file: JSON, .sbg or .gnaural.
   * - `protocol`: Slug of a protocol: of the API in `api`, else of the built-in library.
   * - `api`: Address of an API, as in `https://nes.example.org`.
   * - `heading`: Heading; the program's own title where it is empty.
   * - `visuals`: `off` plays without any picture.
   * - `scene`: Which picture.
   * - `intensity`: How strong the light is, 0 to 1.
   * - `volume`: 0 to 1; half is 12 dB below full.
   * - `simultaneous`: May sound while other players of the page do.
   * - `screening`: `first` asks the safety questions before the first sound; `light` plays at once, with a still picture until they are answered.
   * - `theme`: `dark` or `light`; follows the page's `color-scheme` where it is empty.
   * - `state`: What it does just now.
   * - `program`: The program itself, in place of `src` and `protocol`. (property only)
   * - `duration`: Seconds of the whole program with its loops; `Infinity` where it is endless, 0 without one. (property only) (readonly)
   * - `currentTime`: Second that is heard now, counted over all passes. (property only) (readonly)
   * - `beatHz`: The beat that is heard now, in Hz; 0 where nothing beats. (property only) (readonly)
   * - `error`: Why it cannot play, in one sentence; empty where it can. (property only) (readonly)
   *
   * ## Events
   *
   * Events that will be emitted by the component.
   *
   * - `nes-load`: a program was read and can be played
   * - `nes-play`: the sound is about to begin or to go on
   * - `nes-pause`: the sound was paused, by the visitor, by the page, or because another player began
   * - `nes-seek`: another second was chosen
   * - `nes-phase`: another phase of the program began to be heard
   * - `nes-stop`: it was stopped before its end
   * - `nes-end`: it was heard to its end
   * - `nes-error`: it cannot be read or played; the element shows the same sentence
   *
   * ## Slots
   *
   * Areas where markup can be added to the component.
   *
   * - `(default)`: shown while no program is set
   * - `tools`: further controls, at the end of the row of controls
   * - `foot`: what stands below the controls, as a link or a source
   *
   * ## Methods
   *
   * Methods that can be called to access component functionality.
   *
   * - `play() => void`: Starts, or goes on. From a stop the sound rises from silence over 3 s.
   * Call it from a click or key press: browsers allow sound only then.
   * - `pause() => void`: Pauses; `play` goes on from there.
   * - `seek(seconds: number) => void`: Goes to a second of the program, 0 to its end.
   * - `stop() => void`: Ends and goes back to the beginning.
   * - `emergencyStop() => void`: Silent within 20 ms, dark within a frame. The Esc key does the same.
   * - `heard(now: number) => Heard | null`: What is in the ear at a moment of `performance.now()`, for light in step with it; null while nothing is played.
   *
   * ## CSS Custom Properties
   *
   * CSS variables available for styling the component.
   *
   * - `--nes-height`: height of stage and curve together (default: `undefined`)
   * - `--nes-accent`: one colour in place of the colour of the band that is heard (default: `undefined`)
   * - `--nes-ink`: ground of fields (default: `undefined`)
   * - `--nes-raised`: ground of the card (default: `undefined`)
   * - `--nes-line`: hairlines (default: `undefined`)
   * - `--nes-edge`: edges of controls (default: `undefined`)
   * - `--nes-text`: words (default: `undefined`)
   * - `--nes-quiet`: words of less weight (default: `undefined`)
   * - `--nes-danger`: Stop (default: `undefined`)
   * - `--nes-radius`: radius of controls; the card's is 1.6 times that (default: `undefined`)
   * - `--nes-font`: font family (default: `undefined`)
   * - `--nes-text-size`: size of the text; all other sizes follow it (default: `undefined`)
   * - `--nes-delta`: colour of 0.5–4 Hz (default: `undefined`)
   * - `--nes-theta`: colour of 4–8 Hz (default: `undefined`)
   * - `--nes-alpha`: colour of 8–13 Hz (default: `undefined`)
   * - `--nes-beta`: colour of 13–30 Hz (default: `undefined`)
   * - `--nes-gamma`: colour above 30 Hz (default: `undefined`)
   * - `--nes-control`: colour of what has no beat (default: `undefined`)
   *
   * ## CSS Parts
   *
   * Custom selectors for styling elements within the component.
   *
   * - `card`: the whole
   * - `header`: title and facts
   * - `title`: the heading
   * - `facts`: length, range of beats, whether headphones are needed
   * - `stage`: where the light is
   * - `curve`: the drawing of the program, with which one seeks
   * - `message`: what is shown in place of a program
   * - `controls`: the row of controls
   * - `play`: the button that plays and pauses
   * - `stop`: the button that stops
   * - `time`: second and length
   * - `volume`: the slider of the volume
   * - `note`: the line about safety
   * - `questions`: what opens the safety questions
   */
  "nes-player": Partial<NesPlayerProps & BaseProps<NesPlayer> & BaseEvents>;

  /**
   * Lists protocols to choose from: the built-in library, an API's, a file's, or the page's own.
   *
   * ## Attributes & Properties
   *
   * Component attributes and properties that can be applied to the element or by using JavaScript.
   *
   * - `api`: Address of an API whose public protocols are listed.
   * - `src`: Address of a JSON file with a list of protocols: `[{ "slug", "title", "program", … }]`.
   * - `for`: Id of the `<nes-player>` that plays what is chosen; without one the list plays it in its own place.
   * - `category`: Shows this category alone, as in `FOCUS` or `SLEEP`; several are separated by spaces.
   * - `limit`: At most so many; 0 is all.
   * - `search`: Shows a field to search by title and summary.
   * - `heading`: undefined
   * - `theme`: `dark` or `light`; follows the page's `color-scheme` where it is empty.
   * - `protocols`: The list itself, handed over by the page. (property only)
   *
   * ## Events
   *
   * Events that will be emitted by the component.
   *
   * - `nes-select`: a protocol was chosen; `preventDefault()` leaves it to the page
   * - `nes-error`: the list cannot be read; the element shows the same sentence
   *
   * ## CSS Custom Properties
   *
   * CSS variables available for styling the component.
   *
   * - `--nes-accent`: colour of what is chosen (default: `undefined`)
   * - `--nes-raised`: ground of the cards (default: `undefined`)
   * - `--nes-line`: hairlines (default: `undefined`)
   * - `--nes-text`: words (default: `undefined`)
   * - `--nes-quiet`: words of less weight (default: `undefined`)
   * - `--nes-radius`: radius of controls; that of cards is 1.6 times that (default: `undefined`)
   * - `--nes-font`: font family (default: `undefined`)
   * - `--nes-text-size`: size of the text; all other sizes follow it (default: `undefined`)
   *
   * ## CSS Parts
   *
   * Custom selectors for styling elements within the component.
   *
   * - `list`: the whole
   * - `title`: the heading
   * - `search`: the field to search
   * - `protocol`: one protocol to choose
   * - `player`: the player that plays in its place
   * - `message`: what is shown in place of protocols
   */
  "nes-protocol-list": Partial<
    NesProtocolListProps & BaseProps<NesProtocolList> & BaseEvents
  >;

  /**
   * The light alone, in step with a `<nes-player>` of the same page. It stands still until the safety questions are
   * answered, and while nothing is played.
   *
   * ## Attributes & Properties
   *
   * Component attributes and properties that can be applied to the element or by using JavaScript.
   *
   * - `for`: Id of the player to follow; without one the player that was started last.
   * - `scene`: Which picture.
   * - `intensity`: How strong the light is, 0 to 1.
   * - `theme`: `dark` or `light`, for the questions; follows the page's `color-scheme` where it is empty.
   * - `framesDrawn`: How many pictures were drawn. (property only) (readonly)
   *
   * ## Events
   *
   * Events that will be emitted by the component.
   *
   * - `nes-error`: this browser cannot draw
   *
   * ## CSS Custom Properties
   *
   * CSS variables available for styling the component.
   *
   * - `--nes-height`: height of the picture (default: `undefined`)
   * - `--nes-radius`: radius of controls; the picture's is 1.6 times that (default: `undefined`)
   *
   * ## CSS Parts
   *
   * Custom selectors for styling elements within the component.
   *
   * - `view`: the whole
   * - `message`: the line over the picture
   * - `questions`: what opens the safety questions
   */
  "nes-visual": Partial<NesVisualProps & BaseProps<NesVisual> & BaseEvents>;
};

export type CustomElementsSolidJs = {
  /**
   * Shows what was listened to: by default what the players of this page play, kept in the visitor's browser and nowhere
   * else; a file; or how many people heard a protocol of an API.
   *
   * ## Attributes & Properties
   *
   * Component attributes and properties that can be applied to the element or by using JavaScript.
   *
   * - `src`: Address of a JSON file: the application's export of sessions, or `{ "days": { "2026-03-01": 1200 } }`.
   * - `protocol`: Slug of a protocol of `api`: shows how often everybody played it and how it was rated.
   * - `api`: Address of an API, as in `https://nes.example.org`.
   * - `heading`: undefined
   * - `theme`: `dark` or `light`; follows the page's `color-scheme` where it is empty.
   * - `record`: What `src` would hold, handed over by the page. (property only)
   *
   * ## Events
   *
   * Events that will be emitted by the component.
   *
   * - `nes-error`: it cannot be read; the element shows the same sentence
   *
   * ## CSS Custom Properties
   *
   * CSS variables available for styling the component.
   *
   * - `--nes-accent`: colour of the days (default: `undefined`)
   * - `--nes-raised`: ground of the card (default: `undefined`)
   * - `--nes-line`: hairlines (default: `undefined`)
   * - `--nes-text`: words (default: `undefined`)
   * - `--nes-quiet`: words of less weight (default: `undefined`)
   * - `--nes-radius`: radius of controls; the card's is 1.6 times that (default: `undefined`)
   * - `--nes-font`: font family (default: `undefined`)
   * - `--nes-text-size`: size of the text; all other sizes follow it (default: `undefined`)
   *
   * ## CSS Parts
   *
   * Custom selectors for styling elements within the component.
   *
   * - `card`: the whole
   * - `title`: the heading
   * - `figures`: the large figures
   * - `days`: the year of days
   * - `message`: what is shown in place of figures
   */
  "nes-metrics": Partial<
    NesMetricsProps &
      NesMetricsSolidJsProps &
      BaseProps<NesMetrics> &
      BaseEvents
  >;

  /**
   * Plays a program of binaural, monaural or isochronic beats with light in step. Works without any server.
   *
   * ## Attributes & Properties
   *
   * Component attributes and properties that can be applied to the element or by using JavaScript.
   *
   * - `src`: Address of a program file: JSON, .sbg or .gnaural.
   * - `protocol`: Slug of a protocol: of the API in `api`, else of the built-in library.
   * - `api`: Address of an API, as in `https://nes.example.org`.
   * - `heading`: Heading; the program's own title where it is empty.
   * - `visuals`: `off` plays without any picture.
   * - `scene`: Which picture.
   * - `intensity`: How strong the light is, 0 to 1.
   * - `volume`: 0 to 1; half is 12 dB below full.
   * - `simultaneous`: May sound while other players of the page do.
   * - `screening`: `first` asks the safety questions before the first sound; `light` plays at once, with a still picture until they are answered.
   * - `theme`: `dark` or `light`; follows the page's `color-scheme` where it is empty.
   * - `state`: What it does just now.
   * - `program`: The program itself, in place of `src` and `protocol`. (property only)
   * - `duration`: Seconds of the whole program with its loops; `Infinity` where it is endless, 0 without one. (property only) (readonly)
   * - `currentTime`: Second that is heard now, counted over all passes. (property only) (readonly)
   * - `beatHz`: The beat that is heard now, in Hz; 0 where nothing beats. (property only) (readonly)
   * - `error`: Why it cannot play, in one sentence; empty where it can. (property only) (readonly)
   *
   * ## Events
   *
   * Events that will be emitted by the component.
   *
   * - `nes-load`: a program was read and can be played
   * - `nes-play`: the sound is about to begin or to go on
   * - `nes-pause`: the sound was paused, by the visitor, by the page, or because another player began
   * - `nes-seek`: another second was chosen
   * - `nes-phase`: another phase of the program began to be heard
   * - `nes-stop`: it was stopped before its end
   * - `nes-end`: it was heard to its end
   * - `nes-error`: it cannot be read or played; the element shows the same sentence
   *
   * ## Slots
   *
   * Areas where markup can be added to the component.
   *
   * - `(default)`: shown while no program is set
   * - `tools`: further controls, at the end of the row of controls
   * - `foot`: what stands below the controls, as a link or a source
   *
   * ## Methods
   *
   * Methods that can be called to access component functionality.
   *
   * - `play() => void`: Starts, or goes on. From a stop the sound rises from silence over 3 s.
   * Call it from a click or key press: browsers allow sound only then.
   * - `pause() => void`: Pauses; `play` goes on from there.
   * - `seek(seconds: number) => void`: Goes to a second of the program, 0 to its end.
   * - `stop() => void`: Ends and goes back to the beginning.
   * - `emergencyStop() => void`: Silent within 20 ms, dark within a frame. The Esc key does the same.
   * - `heard(now: number) => Heard | null`: What is in the ear at a moment of `performance.now()`, for light in step with it; null while nothing is played.
   *
   * ## CSS Custom Properties
   *
   * CSS variables available for styling the component.
   *
   * - `--nes-height`: height of stage and curve together (default: `undefined`)
   * - `--nes-accent`: one colour in place of the colour of the band that is heard (default: `undefined`)
   * - `--nes-ink`: ground of fields (default: `undefined`)
   * - `--nes-raised`: ground of the card (default: `undefined`)
   * - `--nes-line`: hairlines (default: `undefined`)
   * - `--nes-edge`: edges of controls (default: `undefined`)
   * - `--nes-text`: words (default: `undefined`)
   * - `--nes-quiet`: words of less weight (default: `undefined`)
   * - `--nes-danger`: Stop (default: `undefined`)
   * - `--nes-radius`: radius of controls; the card's is 1.6 times that (default: `undefined`)
   * - `--nes-font`: font family (default: `undefined`)
   * - `--nes-text-size`: size of the text; all other sizes follow it (default: `undefined`)
   * - `--nes-delta`: colour of 0.5–4 Hz (default: `undefined`)
   * - `--nes-theta`: colour of 4–8 Hz (default: `undefined`)
   * - `--nes-alpha`: colour of 8–13 Hz (default: `undefined`)
   * - `--nes-beta`: colour of 13–30 Hz (default: `undefined`)
   * - `--nes-gamma`: colour above 30 Hz (default: `undefined`)
   * - `--nes-control`: colour of what has no beat (default: `undefined`)
   *
   * ## CSS Parts
   *
   * Custom selectors for styling elements within the component.
   *
   * - `card`: the whole
   * - `header`: title and facts
   * - `title`: the heading
   * - `facts`: length, range of beats, whether headphones are needed
   * - `stage`: where the light is
   * - `curve`: the drawing of the program, with which one seeks
   * - `message`: what is shown in place of a program
   * - `controls`: the row of controls
   * - `play`: the button that plays and pauses
   * - `stop`: the button that stops
   * - `time`: second and length
   * - `volume`: the slider of the volume
   * - `note`: the line about safety
   * - `questions`: what opens the safety questions
   */
  "nes-player": Partial<
    NesPlayerProps & NesPlayerSolidJsProps & BaseProps<NesPlayer> & BaseEvents
  >;

  /**
   * Lists protocols to choose from: the built-in library, an API's, a file's, or the page's own.
   *
   * ## Attributes & Properties
   *
   * Component attributes and properties that can be applied to the element or by using JavaScript.
   *
   * - `api`: Address of an API whose public protocols are listed.
   * - `src`: Address of a JSON file with a list of protocols: `[{ "slug", "title", "program", … }]`.
   * - `for`: Id of the `<nes-player>` that plays what is chosen; without one the list plays it in its own place.
   * - `category`: Shows this category alone, as in `FOCUS` or `SLEEP`; several are separated by spaces.
   * - `limit`: At most so many; 0 is all.
   * - `search`: Shows a field to search by title and summary.
   * - `heading`: undefined
   * - `theme`: `dark` or `light`; follows the page's `color-scheme` where it is empty.
   * - `protocols`: The list itself, handed over by the page. (property only)
   *
   * ## Events
   *
   * Events that will be emitted by the component.
   *
   * - `nes-select`: a protocol was chosen; `preventDefault()` leaves it to the page
   * - `nes-error`: the list cannot be read; the element shows the same sentence
   *
   * ## CSS Custom Properties
   *
   * CSS variables available for styling the component.
   *
   * - `--nes-accent`: colour of what is chosen (default: `undefined`)
   * - `--nes-raised`: ground of the cards (default: `undefined`)
   * - `--nes-line`: hairlines (default: `undefined`)
   * - `--nes-text`: words (default: `undefined`)
   * - `--nes-quiet`: words of less weight (default: `undefined`)
   * - `--nes-radius`: radius of controls; that of cards is 1.6 times that (default: `undefined`)
   * - `--nes-font`: font family (default: `undefined`)
   * - `--nes-text-size`: size of the text; all other sizes follow it (default: `undefined`)
   *
   * ## CSS Parts
   *
   * Custom selectors for styling elements within the component.
   *
   * - `list`: the whole
   * - `title`: the heading
   * - `search`: the field to search
   * - `protocol`: one protocol to choose
   * - `player`: the player that plays in its place
   * - `message`: what is shown in place of protocols
   */
  "nes-protocol-list": Partial<
    NesProtocolListProps &
      NesProtocolListSolidJsProps &
      BaseProps<NesProtocolList> &
      BaseEvents
  >;

  /**
   * The light alone, in step with a `<nes-player>` of the same page. It stands still until the safety questions are
   * answered, and while nothing is played.
   *
   * ## Attributes & Properties
   *
   * Component attributes and properties that can be applied to the element or by using JavaScript.
   *
   * - `for`: Id of the player to follow; without one the player that was started last.
   * - `scene`: Which picture.
   * - `intensity`: How strong the light is, 0 to 1.
   * - `theme`: `dark` or `light`, for the questions; follows the page's `color-scheme` where it is empty.
   * - `framesDrawn`: How many pictures were drawn. (property only) (readonly)
   *
   * ## Events
   *
   * Events that will be emitted by the component.
   *
   * - `nes-error`: this browser cannot draw
   *
   * ## CSS Custom Properties
   *
   * CSS variables available for styling the component.
   *
   * - `--nes-height`: height of the picture (default: `undefined`)
   * - `--nes-radius`: radius of controls; the picture's is 1.6 times that (default: `undefined`)
   *
   * ## CSS Parts
   *
   * Custom selectors for styling elements within the component.
   *
   * - `view`: the whole
   * - `message`: the line over the picture
   * - `questions`: what opens the safety questions
   */
  "nes-visual": Partial<
    NesVisualProps & NesVisualSolidJsProps & BaseProps<NesVisual> & BaseEvents
  >;
};

export type CustomCssProperties = {
  /** colour of the days */
  "--nes-accent"?: string | undefined;
  /** ground of the card */
  "--nes-raised"?: string | undefined;
  /** hairlines */
  "--nes-line"?: string | undefined;
  /** words */
  "--nes-text"?: string | undefined;
  /** words of less weight */
  "--nes-quiet"?: string | undefined;
  /** radius of controls; the card's is 1.6 times that */
  "--nes-radius"?: string | undefined;
  /** font family */
  "--nes-font"?: string | undefined;
  /** size of the text; all other sizes follow it */
  "--nes-text-size"?: string | undefined;
  /** height of stage and curve together */
  "--nes-height"?: string | undefined;
  /** ground of fields */
  "--nes-ink"?: string | undefined;
  /** edges of controls */
  "--nes-edge"?: string | undefined;
  /** Stop */
  "--nes-danger"?: string | undefined;
  /** colour of 0.5–4 Hz */
  "--nes-delta"?: string | undefined;
  /** colour of 4–8 Hz */
  "--nes-theta"?: string | undefined;
  /** colour of 8–13 Hz */
  "--nes-alpha"?: string | undefined;
  /** colour of 13–30 Hz */
  "--nes-beta"?: string | undefined;
  /** colour above 30 Hz */
  "--nes-gamma"?: string | undefined;
  /** colour of what has no beat */
  "--nes-control"?: string | undefined;
};

declare module "react" {
  namespace JSX {
    interface IntrinsicElements extends CustomElements {}
  }
  export interface CSSProperties extends CustomCssProperties {}
}

declare module "react/jsx-runtime" {
  namespace JSX {
    interface IntrinsicElements extends CustomElements {}
  }
  export interface CSSProperties extends CustomCssProperties {}
}

declare module "react/jsx-dev-runtime" {
  namespace JSX {
    interface IntrinsicElements extends CustomElements {}
  }
  export interface CSSProperties extends CustomCssProperties {}
}

declare module "preact" {
  namespace JSX {
    interface IntrinsicElements extends CustomElements {}
  }
  export interface CSSProperties extends CustomCssProperties {}
}

declare module "@builder.io/qwik" {
  namespace JSX {
    interface IntrinsicElements extends CustomElements {}
  }
  export interface CSSProperties extends CustomCssProperties {}
}

declare module "@stencil/core" {
  namespace JSX {
    interface IntrinsicElements extends CustomElements {}
  }
  export interface CSSProperties extends CustomCssProperties {}
}

declare module "hono/jsx" {
  namespace JSX {
    interface IntrinsicElements extends CustomElements {}
  }
  export interface CSSProperties extends CustomCssProperties {}
}

declare module "react-native" {
  namespace JSX {
    interface IntrinsicElements extends CustomElements {}
  }
  export interface CSSProperties extends CustomCssProperties {}
}

declare module "solid-js" {
  namespace JSX {
    interface IntrinsicElements extends CustomElementsSolidJs {}
  }
  export interface CSSProperties extends CustomCssProperties {}
}

declare global {
  namespace JSX {
    interface IntrinsicElements extends CustomElements {}
  }
  export interface CSSProperties extends CustomCssProperties {}
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements extends CustomElements {}
  }
}
