import type { ScalarFunction } from '../../builtins.ts'

/** How a function of scalars is spelled in JavaScript; `helper` is declared where it is used. */
interface Spelling {
  readonly call: string
  readonly helper?: Helper
}

export type Helper = keyof typeof helpers

export const helpers = {
  sigmoid:
    'const mix_sigmoid = (x) => { const e = Math.exp(-Math.abs(x)); return x >= 0 ? 1 / (1 + e) : e / (1 + e) }',
  softplus: 'const mix_softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))',
  logsigmoid: 'const mix_logsigmoid = (x) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)))',
  silu: 'const mix_silu = (x) => { const e = Math.exp(-Math.abs(x)); return x * (x >= 0 ? 1 / (1 + e) : e / (1 + e)) }',
  gelu: 'const mix_gelu = (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))',
  elu: 'const mix_elu = (x) => (x > 0 ? x : Math.expm1(x))',
  relu: 'const mix_relu = (x) => Math.max(x, 0)',
} as const

export const spellings: Readonly<Record<ScalarFunction, Spelling>> = {
  exp: { call: 'Math.exp' },
  log: { call: 'Math.log' },
  sqrt: { call: 'Math.sqrt' },
  abs: { call: 'Math.abs' },
  sign: { call: 'Math.sign' },
  sin: { call: 'Math.sin' },
  cos: { call: 'Math.cos' },
  tanh: { call: 'Math.tanh' },
  sigmoid: { call: 'mix_sigmoid', helper: 'sigmoid' },
  logsigmoid: { call: 'mix_logsigmoid', helper: 'logsigmoid' },
  softplus: { call: 'mix_softplus', helper: 'softplus' },
  silu: { call: 'mix_silu', helper: 'silu' },
  gelu: { call: 'mix_gelu', helper: 'gelu' },
  relu: { call: 'mix_relu', helper: 'relu' },
  elu: { call: 'mix_elu', helper: 'elu' },
  floor: { call: 'Math.floor' },
  pow: { call: 'Math.pow' },
  min: { call: 'Math.min' },
  max: { call: 'Math.max' },
  expm1: { call: 'Math.expm1' },
}

/** What no variable may be called. */
export const reserved: ReadonlySet<string> = new Set(
  [
    'await break case catch class const continue debugger default delete do else enum eval export extends false',
    'finally for function if implements import in instanceof interface let new null package private protected',
    'public return static super switch this throw true try typeof var void while with yield arguments async of',
    'undefined NaN Infinity Math Array Float64Array Int32Array buffers uniforms groups',
    ...Object.keys(helpers).map((name) => `mix_${name}`),
  ]
    .join(' ')
    .split(' '),
)
