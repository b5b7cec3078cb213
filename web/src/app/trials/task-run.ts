import type { TaskCourse, TurnResult } from '@nes/trials/tasks.ts';

/** Where a task is shown and answered. Kept apart from the page, so that the timing can be tested by itself. */
export interface TaskStage {
  /** Shows a text, or nothing for null. Called within a frame. */
  show(text: string | null): void;
}

export interface TaskRun {
  results: TurnResult[];
  pressesBefore: number;
  /** Median time between frames, ms: no reaction time is more exact than that. */
  frameMs: number;
  /** How it was answered: `keyboard`, `mouse`, `touch` or `pen`; several with a plus sign. */
  input: string;
}

/** The page went out of sight: its frames stop, so that nothing could be timed. */
export class TaskInterrupted extends Error {
  override readonly name = 'TaskInterrupted';
}

/**
 * Runs a course. A reaction time goes from the frame that showed the stimulus (the time of its `requestAnimationFrame` plus one frame, because what is
 * drawn in it is seen in the next) to the `timeStamp` that the browser gave the press; both are of the same clock.
 * @param presses fires `keydown` and `pointerdown`
 * @throws TaskInterrupted
 */
export async function runTask(
  course: TaskCourse,
  stage: TaskStage,
  presses: EventTarget,
  signal: AbortSignal,
): Promise<TaskRun> {
  const results: TurnResult[] = [];
  const frames: number[] = [];
  const inputs = new Set<string>();
  let pressesBefore = 0;
  let frameMs = 1000 / 60;
  let pressed: number | null = null;
  let open = false;
  const press = (event: Event) => {
    if (event instanceof KeyboardEvent && (event.repeat || event.code !== 'Space')) return;
    event.preventDefault();
    inputs.add(event instanceof PointerEvent ? event.pointerType || 'mouse' : 'keyboard');
    if (open) pressed ??= event.timeStamp;
    else pressesBefore++;
  };
  const frame = () =>
    new Promise<number>((resolve, reject) => {
      if (signal.aborted || document.hidden) reject(new TaskInterrupted());
      const gone = () => reject(new TaskInterrupted());
      document.addEventListener('visibilitychange', gone, { once: true });
      signal.addEventListener('abort', gone, { once: true });
      requestAnimationFrame((now) => {
        document.removeEventListener('visibilitychange', gone);
        signal.removeEventListener('abort', gone);
        resolve(now);
      });
    });
  let last: number | null = null;
  const nextFrame = async () => {
    const now = await frame();
    if (last !== null) {
      frames.push(now - last);
      if (frames.length > 240) frames.shift();
      frameMs = median(frames);
    }
    last = now;
    return now;
  };
  for (const type of ['keydown', 'pointerdown']) presses.addEventListener(type, press);
  try {
    const began = await nextFrame();
    let turnBegan = began;
    for (const turn of course.turns) {
      if (turnBegan + turn.waitMs - began > course.lastsMs) break;
      let now = await nextFrame();
      // A frame early by half is nearer than a frame late.
      while (now + frameMs / 2 < turnBegan + turn.waitMs) now = await nextFrame();
      stage.show(turn.shows === '' ? '0' : turn.shows);
      pressed = null;
      open = true;
      const shownAt = now + frameMs;
      let visible = true;
      for (;;) {
        now = await nextFrame();
        const since = now + frameMs - shownAt;
        if (pressed !== null && course.endsWithAnswer) break;
        if (since + frameMs / 2 >= turn.answerMs) break;
        if (visible && since + frameMs / 2 >= turn.staysMs) {
          stage.show(null);
          visible = false;
        } else if (visible && turn.shows === '') stage.show(String(Math.round(since)));
      }
      open = false;
      results.push({ wanted: turn.wanted, reactionMs: pressed === null ? null : pressed - shownAt });
      stage.show(null);
      turnBegan = course.endsWithAnswer ? now : turnBegan + turn.waitMs + turn.answerMs;
    }
  } finally {
    for (const type of ['keydown', 'pointerdown']) presses.removeEventListener(type, press);
    stage.show(null);
  }
  return { results, pressesBefore, frameMs, input: [...inputs].toSorted().join('+') };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 1000 / 60;
}
