/** A cell of a BIDS table: tabs and line ends would break it. */
const tsvCell = (value: string | number | null) =>
  value === null || value === '' ? 'n/a' : String(value).replace(/[\t\r\n]+/g, ' ');

/** A row of a BIDS table; what is null is `n/a`. */
export const tsvLine = (cells: (string | number | null)[]) => `${cells.map(tsvCell).join('\t')}\n`;

/** The columns of a log as `events.tsv`, as its sidecar describes them, with HED tags. */
export const eventColumns = {
  onset: {
    Description: 'When it happened, counted from the start of the first session in the file.',
    Units: 's',
  },
  duration: {
    Description: 'How long the program was heard from this event to the next one; 0 where nothing was heard.',
    Units: 's',
  },
  trial_type: {
    Description: 'What happened.',
    Levels: {
      started: 'The session began.',
      paused: 'It was held.',
      resumed: 'It went on.',
      seeked: 'It went to another position.',
      volume_changed: 'Its volume changed.',
      scene_changed: 'Its visual scene changed.',
      taken_over: 'Another device played it from here on.',
      completed: 'It reached its end.',
      stopped: 'It was ended before its end.',
      expired: 'The server gave up waiting for word of it.',
    },
    // Groups, since tags of the same instant count as one string, in which no tag may stand twice.
    HED: {
      started: '(Sensory-event, Auditory-presentation, Stereophonic, Experimental-stimulus, Label/Started)',
      paused: '(Agent-action, (Human-agent, Experiment-participant), Label/Paused)',
      resumed: '(Sensory-event, Auditory-presentation, Stereophonic, Experimental-stimulus, Label/Resumed)',
      seeked: '(Agent-action, (Human-agent, Experiment-participant), Label/Seeked)',
      volume_changed: '(Agent-action, (Human-agent, Experiment-participant), Loudness, Label/Volume-changed)',
      scene_changed: '(Agent-action, (Human-agent, Experiment-participant), Visual-presentation, Label/Scene-changed)',
      taken_over: '(Agent-action, (Human-agent, Experiment-participant), Label/Taken-over)',
      completed: '(Experiment-structure, Label/Completed)',
      stopped: '(Agent-action, (Human-agent, Experiment-participant), Label/Stopped)',
      expired: '(Experiment-control, Label/Expired)',
    },
  },
  session_id: { Description: 'The session.' },
  protocol: { Description: 'Short name of the protocol.' },
  revision: { Description: 'Number of the saved state of the protocol that was played.' },
  program_sha256: {
    Description: 'SHA-256 of the JSON (keys sorted) of the program that was played: the exact stimulus.',
  },
  control_of: { Description: 'The protocol that this one is the no-beat control of, if it is one.' },
  position: { Description: 'Position in the program after the event, over all passes.', Units: 's' },
  volume: { Description: 'New position of the volume control, 0 to 1, where it changed.' },
  scene: { Description: 'New visual scene, where it changed.' },
  occurred_at: { Description: 'When it happened by the clock, ISO 8601, UTC.' },
} as const;
