import type { Severity } from './diagnostic.ts'

interface Entry {
  readonly severity: Severity
  /** `{name}` marks a placeholder. */
  readonly message: string
  readonly help?: string
}

/** Every diagnostic there is. Each code has its page, docs/errors/<code>.md. */
export const catalog = {
  'unexpected-text': { severity: 'error', message: 'expected {expected}, found {found}' },
  'unknown-name': { severity: 'error', message: 'there is nothing named {name} here' },
  'shape-mismatch': { severity: 'error', message: '{what}: {left} does not fit {right}' },
  'state-not-linear': { severity: 'error', message: 'the state is multiplied by something read from it' },
  'gate-out-of-range': { severity: 'error', message: 'the declared ranges let the decay of {state} reach {value}' },
  'form-not-available': { severity: 'error', message: '{what} has no {form} form yet: {reason}' },
  'input-missing': { severity: 'error', message: 'the tensor {name} of {layer} is missing' },
} as const satisfies Record<string, Entry>

export type Code = keyof typeof catalog

type Names<S extends string> = S extends `${string}{${infer N}}${infer Rest}` ? N | Names<Rest> : never

/** The placeholders that a code's message asks for. */
export type Placeholders<C extends Code> = {
  readonly [N in Names<(typeof catalog)[C]['message']>]: string | number
}
