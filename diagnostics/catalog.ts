import type { Severity } from './diagnostic.ts'

interface Entry {
  readonly severity: Severity
  /** `{name}` marks a placeholder. */
  readonly message: string
  readonly help?: string
}

/** Every diagnostic there is. Each code has its page, docs/errors/<code>.md. */
export const catalog = {
  'not-text': { severity: 'error', message: '{name} is not a text', help: 'a .mix file is UTF-8 text' },
  'unexpected-character': { severity: 'error', message: 'the character {text} means nothing here' },
  'unexpected-text': { severity: 'error', message: 'expected {expected}, found {found}' },
  'malformed-number': {
    severity: 'error',
    message: '{text} is neither a number nor a name',
    help: 'a product needs its sign: 2 * x',
  },
  'nested-too-deep': {
    severity: 'error',
    message: 'the expression nests too deeply here',
    help: 'name a part of it with `let`',
  },
  'chained-comparison': {
    severity: 'error',
    message: 'comparisons do not chain',
    help: 'write a < b && b < c',
  },
  'not-a-reduction': {
    severity: 'error',
    message: '{name} does not range over a variable',
    help: 'sum, max, min and concat do',
  },
  'wrong-number-of-sizes': { severity: 'error', message: 'a {type} has {asked} sizes, here are {found}' },
  'misplaced-clause': { severity: 'error', message: '{what} has no `{clause}`' },
  'duplicate-clause': { severity: 'error', message: '{what} has one `{clause}`, here is a second' },
  'output-without-value': {
    severity: 'error',
    message: 'an output needs its equation',
    help: 'output o: vec<V> = S[t].T @ q',
  },
  'several-outputs': {
    severity: 'error',
    message: 'an output has one name',
    help: 'give each output its own equation',
  },
  'unknown-name': { severity: 'error', message: 'there is nothing named {name} here' },
  'shape-mismatch': { severity: 'error', message: '{what}: {left} does not fit {right}' },
  'state-not-linear': { severity: 'error', message: 'the state is multiplied by something read from it' },
  'gate-out-of-range': {
    severity: 'error',
    message: 'the declared ranges let the decay of {state} reach {value}',
  },
  'form-not-available': { severity: 'error', message: '{what} has no {form} form yet: {reason}' },
  'input-missing': { severity: 'error', message: 'the tensor {name} of {layer} is missing' },
} as const satisfies Record<string, Entry>

export type Code = keyof typeof catalog

type Names<S extends string> = S extends `${string}{${infer N}}${infer Rest}` ? N | Names<Rest> : never

/** The placeholders that a code's message asks for. */
export type Placeholders<C extends Code> = {
  readonly [N in Names<(typeof catalog)[C]['message']>]: string | number
}
