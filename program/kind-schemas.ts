import { KINDS, ownFields, VOICE_KINDS, type VoiceField } from './kinds.ts';
import type { VoiceKind } from './model.ts';

const ref = (name: string) => ({ $ref: `#/$defs/${name}` });

function fieldSchema(field: VoiceField): object {
  switch (field.type) {
    case 'number':
      return {
        type: field.whole ? 'integer' : 'number',
        minimum: field.low,
        maximum: field.high,
        // Where it depends on other fields, `checkProgram` says what is taken.
        ...(typeof field.missing === 'number' ? { default: field.missing } : {}),
      };
    case 'flag':
      return { type: 'boolean', default: false };
    case 'choice':
      return { enum: field.choices, default: field.missing };
    case 'text':
      return { type: 'string', maxLength: field.longest, default: '' };
  }
}

function kindSchema(kind: VoiceKind): object {
  const { description, tone, carrier, fastest } = KINDS[kind];
  return {
    description,
    ...(tone ? { allOf: [ref('harmonicsWithWaveform')] } : {}),
    additionalProperties: false,
    properties: {
      kind: { const: kind },
      name: ref('name'),
      keyframes: ref(fastest > 100 ? 'modulatedKeyframes' : carrier({}) === 'HZ' ? 'toneKeyframes' : 'bedKeyframes'),
      ...(tone ? { waveform: ref('waveform'), harmonics: ref('harmonics') } : {}),
      ...Object.fromEntries(ownFields(kind).map(([name, field]) => [name, fieldSchema(field)])),
    },
  };
}

/** The `$defs` of program.schema.json that follow from `kinds.ts`: `voice`, and one for each kind. */
export function kindSchemas(): Record<string, object> {
  const name = (kind: VoiceKind) => kind.toLowerCase();
  return {
    voice: {
      type: 'object',
      required: ['kind', 'keyframes'],
      properties: { kind: { enum: VOICE_KINDS } },
      oneOf: VOICE_KINDS.map((kind) => ref(name(kind))),
    },
    ...Object.fromEntries(VOICE_KINDS.map((kind) => [name(kind), kindSchema(kind)])),
  };
}
