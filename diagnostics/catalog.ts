import type { Severity } from './diagnostic.ts'

interface Entry {
  readonly severity: Severity
  /** `{name}` marks a placeholder. */
  readonly message: string
  /** What to do about it, where that is the same each time. */
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
  'wrong-number-of-sizes': { severity: 'error', message: 'a {type} takes {asked}, not {found}' },
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
  'malformed-field': {
    severity: 'error',
    message: 'the field `{field}:` is not readable',
    help: 'it reads like {field}: {form}',
  },
  'duplicate-field': {
    severity: 'warning',
    message: 'there is one `{field}:` already, this one counts for nothing',
  },
  'unknown-field': {
    severity: 'warning',
    message: '`{field}:` is no field of a header, so nothing checks it',
  },
  'unknown-name': { severity: 'error', message: 'there is nothing named {name} here' },
  'shape-mismatch': { severity: 'error', message: '{what}: {left} does not fit {right}' },
  'state-not-linear': { severity: 'error', message: '{how}' },
  'duplicate-name': { severity: 'error', message: '{name} is declared twice' },
  'builtin-name': {
    severity: 'error',
    message: 'there is a built-in function {name} already',
    help: 'give this one another name',
  },
  'file-not-found': { severity: 'error', message: 'there is no file {path}' },
  'function-missing': { severity: 'error', message: '{path} has no function {name}' },
  'recursive-function': {
    severity: 'error',
    message: '{name} comes round to itself',
    help: 'a function is written out where it is called, so it cannot call itself',
  },
  'wrong-arity': { severity: 'error', message: '{name} takes {expected}, here it has {given}' },
  'array-parameter': { severity: 'error', message: 'a function takes one value, not an array of them' },
  'array-output': { severity: 'error', message: 'an output is one value, not an array of them' },
  'not-a-vector': { severity: 'error', message: '{what} takes a vector, this is a {type}' },
  'not-a-scalar': { severity: 'error', message: '{what} is a scalar, this is a {type}' },
  'complex-value': { severity: 'error', message: '{what} is real, but this value is complex' },
  'condition-as-number': {
    severity: 'error',
    message: 'a condition is not a number',
    help: 'where(condition, 1, 0) makes a number of it',
  },
  'not-a-condition': { severity: 'error', message: '{what} must be a condition' },
  'size-unknown': { severity: 'error', message: 'nothing here says what size I has' },
  'size-varies': {
    severity: 'error',
    message: 'this size depends on the loop: every turn must have the same',
  },
  'size-not-positive': { severity: 'error', message: '{what} comes to {size}, but a size is at least 1' },
  'not-whole': {
    severity: 'error',
    message: '{what} must be a whole number made of dims and loop variables',
  },
  'index-out-of-range': {
    severity: 'error',
    message: '{what} is out of range: it goes from {from} to {to}',
  },
  'not-indexable': { severity: 'error', message: 'a {type} has no such component' },
  'array-index': { severity: 'error', message: '{name} is an array of {count}: say which one' },
  'state-without-time': {
    severity: 'error',
    message: 'the state {name} is read at a token: {name}[t-1] before this one, {name}[t] after it',
  },
  'time-index': { severity: 'error', message: '{name} cannot be read here: {why}' },
  'time-outside-index': {
    severity: 'error',
    message: '{time} names a token, not a number',
    help: 'the index of the token is pos',
  },
  'tokens-only-sum': {
    severity: 'error',
    message: '{what} does not range over tokens, only sum, max and min do',
  },
  'update-missing': { severity: 'error', message: 'the state {state} has no update equation' },
  'update-repeated': { severity: 'error', message: 'the state {state} has a second update equation' },
  'update-left-side': { severity: 'error', message: 'an update begins with {wanted}' },
  'not-a-state': { severity: 'error', message: '{name} is not a state, only states have an update equation' },
  'not-inside-for': { severity: 'error', message: 'a for holds lets and updates only' },
  'for-index': { severity: 'error', message: 'the index of {name} must be the variable of the for' },
  'for-from-zero': { severity: 'error', message: 'a for runs over a whole array, from 0' },
  'for-count': {
    severity: 'error',
    message: 'the state {state} is an array of {count}, and the for must reach all of it',
  },
  'circular-definition': { severity: 'error', message: '{name} is defined through itself' },
  'mixed-directions': { severity: 'error', message: 'the state {state} cannot run both ways' },
  'end-too-early': { severity: 'error', message: 'the end of {state} is not known before all its updates' },
  'mixed-sequences': { severity: 'error', message: '{left} and {right} do not go along the same sequence' },
  'length-causal': {
    severity: 'error',
    message: 'the length is not known while tokens still come',
    help: 'only a layer that reads a state at the end, or runs backward, has a length; a causal one has pos',
  },
  'not-constant': { severity: 'error', message: 'the bound of a range is a constant' },
  'range-empty': { severity: 'error', message: 'there is nothing between {from} and {to}' },
  'promise-unclear': {
    severity: 'error',
    message: 'a promise is about one of the inputs that are declared here',
  },
  'initial-not-param': { severity: 'error', message: 'a state starts from a param' },
  'output-missing': { severity: 'error', message: 'the mixer {mixer} has no output' },
  'unknown-dim': { severity: 'error', message: '{layer} has no dim {name}' },
  'dim-missing': { severity: 'error', message: 'the dim {name} of {layer} has no value' },
  'dim-invalid': {
    severity: 'error',
    message: 'the dim {name} is {value}, but a size is a positive whole number',
  },
  'dim-condition': { severity: 'error', message: 'this does not hold for {dims}' },
  'gate-out-of-range': {
    severity: 'error',
    message: 'the declared ranges let the decay of {state} reach {value}',
  },
  'form-not-available': { severity: 'error', message: '{what} has no {form} form yet: {reason}' },
  'chunk-size-out-of-range': {
    severity: 'error',
    message: '{layer} cannot be cut into chunks of {size}: a chunk has 1 to {largest} tokens',
  },
  'file-unreadable': { severity: 'error', message: '{path} cannot be read: {reason}' },
  'file-unwritable': { severity: 'error', message: '{path} cannot be written: {reason}' },
  'safetensors-damaged': { severity: 'error', message: '{path} is no valid safetensors file: {reason}' },
  'input-missing': { severity: 'error', message: 'the tensor {name} of {layer} is missing' },
  'mixer-missing': { severity: 'error', message: '{path} has {what}' },
  'mixer-unclear': { severity: 'error', message: '{path} has {count} mixers, and nothing says which one' },
  'tensor-unknown': { severity: 'error', message: '{layer} has no use for the tensor {name}' },
  'tensor-dtype': { severity: 'error', message: '{name} holds {found} values, but {wanted} are expected' },
  'tensor-shape': { severity: 'error', message: 'the shape of {name} is {found}, but {wanted} is expected' },
  'size-conflict': { severity: 'error', message: '{size} is {left} by {a}, but {right} by {b}' },
  'call-too-large': { severity: 'error', message: 'the tensors of this call take {size}, more than {most}' },
  'sequences-invalid': { severity: 'error', message: 'cu_seqlens {what}' },
  'input-not-finite': { severity: 'error', message: '{place} is {value}' },
  'input-out-of-range': {
    severity: 'warning',
    message: '{place} is {value}, which breaks the promise {promise}',
  },
  'device-missing': { severity: 'error', message: 'there is no device to run on: {reason}' },
  'device-failed': { severity: 'error', message: '{reason}' },
  'stages-unexpected': {
    severity: 'error',
    message: 'the {form} form of {layer} has other stages than these: {found}',
  },
  'kin-differs': { severity: 'error', message: '{layer} is not {kin}: {reason}' },
} as const satisfies Record<string, Entry>

export type Code = keyof typeof catalog

type Names<S extends string> = S extends `${string}{${infer N}}${infer Rest}` ? N | Names<Rest> : never

type HelpOf<E> = E extends { readonly help: infer H extends string } ? H : ''

/** The placeholders that a code's message and help ask for. */
export type Placeholders<C extends Code> = {
  readonly [N in Names<(typeof catalog)[C]['message'] | HelpOf<(typeof catalog)[C]>>]: string | number
}
