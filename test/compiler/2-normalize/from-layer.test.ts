import { expect, test } from 'vitest'
import { fromLayer } from '../../../compiler/2-normalize/from-layer.ts'
import { print } from '../../../compiler/2-normalize/print.ts'
import { verify } from '../../../compiler/2-normalize/verify.ts'
import { float64 } from '../../../compiler/float64.ts'
import { prepare } from '../../../compiler/reference.ts'
import { programOf, readLayer, refusalsOf, sizesOf } from '../../support/compiled.ts'
import { givenBy, stepOf } from '../../support/program-meaning.ts'

const mixer = (update: string, output = 'output o: vec<V> = S[t].T @ q'): string => `
mixer layer {
  dim K = 3, V = 2, n = 2
  input q, k, p, b, w: vec<K>
  input v, e: vec<V>
  input kn: vec<K>[n]
  input vn: vec<V>[n]
  input g, beta: scalar
  input log_a: vec<K>
  input U, W: mat<K, n>
  param u: vec<K>
  state S: mat<K, V>
  ${update.includes('S[t] =') ? update : `S[t] = ${update}`}
  ${output}
}`

const printed = (update: string, output?: string): string => print(programOf(mixer(update, output)))

/** Ways to write one update, and the program of the first. */
const spellings: readonly (readonly [string, readonly string[]])[] = [
  [
    'linear attention',
    ['S[t-1] + k @ v.T', 'k @ v.T + S[t-1]', 'I @ S[t-1] + (v @ k.T).T', '2 * S[t-1] + k @ v.T - S[t-1]'],
  ],
  [
    'the delta rule with a scalar decay',
    [
      'exp(g) * (I - beta * k @ k.T) @ S[t-1] + beta * k @ v.T',
      '(I - beta * k @ k.T) @ (exp(g) * S[t-1]) + beta * k @ v.T',
      'exp(g) * S[t-1] + beta * k @ (v - (exp(g) * S[t-1]).T @ k).T',
      'exp(g) * S[t-1] + (beta * k) @ (v - exp(g) * (S[t-1].T @ k)).T',
      'exp(g) * S[t-1] - exp(g) * beta * k @ (k.T @ S[t-1]) + beta * k @ v.T',
      '(exp(g) * I - (exp(g) * beta) * k @ k.T) @ S[t-1] + k @ (beta * v).T',
    ],
  ],
  [
    'the delta rule after a diagonal decay',
    [
      '(I - beta * k @ k.T) @ diag(exp(log_a)) @ S[t-1] + beta * k @ v.T',
      'diag(exp(log_a)) @ S[t-1] - beta * k @ ((exp(log_a) * k).T @ S[t-1]) + beta * k @ v.T',
      'diag(exp(log_a)) @ S[t-1] + beta * k @ (v - (diag(exp(log_a)) @ S[t-1]).T @ k).T',
    ],
  ],
  [
    'a read of the state before its decay',
    [
      'diag(w) @ S[t-1] + b @ (S[t-1].T @ p).T + k @ v.T',
      '(diag(w) + b @ p.T) @ S[t-1] + k @ v.T',
      'k @ v.T + (b @ p.T) @ S[t-1] + diag(w) @ S[t-1]',
    ],
  ],
  [
    'two micro-steps',
    [
      'fold X = exp(g) * S[t-1] for j in 0..n: (I - beta * kn[j] @ kn[j].T) @ X + beta * kn[j] @ vn[j].T',
      'fold X = exp(g) * S[t-1] for j in 0..2: X + beta * kn[j] @ (vn[j] - X.T @ kn[j]).T',
    ],
  ],
  ['low rank', ['(I - U @ W.T) @ S[t-1]', 'S[t-1] - U @ (W.T @ S[t-1])', 'S[t-1] - U @ (S[t-1].T @ W).T']],
  [
    'decays on both axes',
    [
      'diag(w) @ S[t-1] @ diag(e) + k @ v.T',
      '(w @ e.T) * S[t-1] + k @ v.T',
      'k @ v.T + (diag(w) @ S[t-1]) @ diag(e)',
    ],
  ],
  [
    'a delta from the right',
    [
      'S[t-1] @ (I - beta * v @ v.T) + k @ v.T',
      'S[t-1] + (k - beta * S[t-1] @ v) @ v.T',
      'S[t-1] - beta * (S[t-1] @ v) @ v.T + k @ v.T',
    ],
  ],
  [
    'a strength for each value',
    ['S[t-1] + k @ (e * (v - S[t-1].T @ k)).T', 'S[t-1] - k @ (e * (S[t-1].T @ k)).T + k @ (e * v).T'],
  ],
]

test.each(spellings)('%s has one program, however it is written', (_, [first, ...others]) => {
  for (const other of others) expect(printed(other)).toBe(printed(first))
})

test('renaming changes names only', () => {
  const one = programOf(mixer('exp(g) * S[t-1] + k @ v.T'))
  const two = programOf(mixer('exp(g) * S[t-1] + p @ v.T'))
  expect(print(two)).toBe(print(one).replaceAll(/\bk\b/g, 'p'))
})

test('outputs read before or after the update, with what the token adds', () => {
  const update = 'diag(exp(log_a)) @ S[t-1] + k @ v.T'
  const bonus = 'output o: vec<V> = S[t-1].T @ q + (q.T @ (u * k)) * v'
  expect(printed(update, bonus)).toBe(printed(update, 'output o: vec<V> = (S[t-1] + (u * k) @ v.T).T @ q'))
  expect(printed(update, bonus)).toMatch(/read q → r1\n {2}decay/)
  expect(printed(update)).toMatch(/write k, v\n {2}read q → r1/)
})

test('a scale of an output, and sums of reads, are one read', () => {
  const once = printed('S[t-1] + k @ v.T', 'output o: vec<V> = S[t].T @ (beta * q + p)')
  expect(printed('S[t-1] + k @ v.T', 'output o: vec<V> = beta * (S[t].T @ q) + S[t].T @ p')).toBe(once)
})

test('the program of one token means what the equation says', () => {
  const layer = readLayer(mixer(spellings[4][1][0], 'output o: vec<V> = S[t-1].T @ p + S[t].T @ q'))
  const dims = sizesOf(layer)
  const start = fromLayer(layer, dims)
  if (start.kind === 'refused') throw new Error('refused')
  expect(verify(start.program)).toEqual([])
  const given = givenBy(6)
  const S0 = [0, 1, 2].map((i) => given('S').slice(2 * i, 2 * i + 2))
  const sizes: Record<string, number> = { v: 2, e: 2, kn: 6, vn: 4, g: 1, beta: 1, U: 6, W: 6 }
  const token = (name: string): number[] => [...given(name).slice(0, sizes[name] ?? 3)]
  const { outputs, states } = prepare(
    layer,
    dims,
    float64,
  )({
    length: 1,
    inputs: Object.fromEntries(layer.inputs.map(({ name }) => [name, [token(name)]])),
    params: { u: token('u') },
    initial: { S: S0.flat() },
  })
  const step = stepOf(start.program, given, { S: S0 })
  step.outputs.o.forEach((x, i) => expect(x).toBeCloseTo(outputs.o[0][i], 12))
  step.states.S.flat().forEach((x, i) => expect(x).toBeCloseTo(states.S[i], 12))
})

test('of a state with one column a read may stand in the key', () => {
  const text = (K: number): string => `
mixer narrow {
  dim K = ${K}, V = 1
  input q, k, p: vec<K>
  input v, e: vec<V>
  state S: mat<K, V>
  S[t] = S[t-1] + k @ (e * (v - S[t-1].T @ p)).T
  output o: vec<V> = S[t].T @ q
}`
  expect(print(programOf(text(3)))).toContain('write k, e·v - e·r1')
  expect(print(programOf(text(1)))).toContain('read 1 → r1')
})

test('states that do not lean on one another are programs of their own', () => {
  const text = `
mixer two {
  dim K = 3, V = 2
  input q, k: vec<K>
  input v: vec<V>
  state S: mat<K, V>
  state z: vec<K>
  S[t] = S[t-1] + k @ v.T
  z[t] = z[t-1] + k
  output o: vec<V> = (S[t].T @ q) / (z[t].T @ q)
}`
  const { states, outputs } = programOf(text)
  expect(states.map((s) => [s.state, s.K, s.V])).toEqual([['S', 3, 2], ['z', 3, 1]]) // prettier-ignore
  expect(outputs[0].kind).toBe('function')
})

test.each([
  ['S[t-1] @ (I - v @ v.T) + k @ (S[t-1].T @ p).T', /both sides of the state/],
  ['(I - k @ k.T) @ S[t-1] @ (I - v @ v.T)', /both sides/],
  ['(I - k @ k.T) @ S[t-1] + (k @ (e @ (v.T @ (S[t-1].T @ p))).T)', /mixes columns|otherwise/],
  ['S[t-1] + U @ W.T @ (k @ v.T) + (w @ e.T) * S[t-1]', /entry by entry|row and a column/],
])('%s is refused with the reason', (update, reason) => {
  const [first] = refusalsOf(mixer(update))
  expect(first?.message ?? 'not refused').toMatch(reason)
  expect(first.span).toBeDefined()
})

const whole = (lines: string): string => `
mixer refused {
  dim K = 3, V = 2, M = 2
  input q, k: vec<K>
  input v: vec<V>
  input A: mat<K, K>
  input B: mat<K, V>
  ${lines}
}`

test.each([
  [
    'state S: mat<K, V>[M]\n for m in 0..M { S[m][t] = S[m][t-1] + k @ v.T }\n output o: vec<V> = sum(m in 0..M: S[m][t].T @ q)',
    /arrays of states/,
  ],
  ['state S: mat<K, V>\n S[t] = A @ S[t-1] + k @ v.T\n output o: vec<V> = S[t].T @ q', /dense transition/],
  ['state S: mat<K, V>\n S[t] = S[t-1] + B\n output o: vec<V> = S[t].T @ q', /whole matrix is written/],
  ['state S: mat<K, K>\n S[t] = S[t-1] + diag(k)\n output o: vec<K> = S[t].T @ q', /diagonal of 3 entries/],
  [
    'state S: mat<K, V>\n S[t] = S[t+1] + k @ v.T\n output o: vec<V> = S[t].T @ q',
    /from the last token to the first/,
  ],
  ['state S: mat<K, V>\n S[t] = S[t-1] + k @ v.T\n output o: vec<V> = S[end].T @ q', /after the last token/],
  ['state S: mat<K, V>\n S[t] = B * S[t-1] + k @ v.T\n output o: vec<V> = S[t].T @ q', /scan form/],
  ['state S: mat<K, K>\n S[t] = S[t-1].T + k @ k.T\n output o: vec<K> = S[t].T @ q', /transposed state/],
  [
    'state S, R: mat<K, V>\n S[t] = S[t-1] + k @ v.T\n R[t] = R[t-1] + k @ (S[t-1].T @ q).T\n output o: vec<V> = R[t].T @ q',
    /lean on one another|read of S/,
  ],
  [
    'state S, R: mat<K, V>\n S[t] = S[t-1] + R[t-1]\n R[t] = R[t-1] + k @ v.T\n output o: vec<V> = S[t].T @ q',
    /coupled states/,
  ],
  ['state S: mat<K, V> \n S[t] = S[t-1] + k @ v.T\n output o: mat<K, V> = S[t]', /matrix per token/],
])('%s is refused with the reason', (lines, reason) => {
  const [first] = refusalsOf(whole(lines))
  expect(first?.message ?? 'not refused').toMatch(reason)
})

test('a nonlinear recurrence is refused as such', () => {
  const text = whole('state S: mat<K, V>\n S[t] = tanh(S[t-1]) + k @ v.T\n output o: vec<V> = S[t].T @ q')
  expect(refusalsOf(text.replace('mixer', 'recurrent mixer'))[0].message).toMatch(/nonlinear recurrence/)
})

test('all that is refused is told at once', () => {
  const lines =
    'state S, R: mat<K, V>\n S[t] = B * S[t-1]\n R[t] = A @ R[t-1]\n output o: vec<V> = S[t].T @ q'
  expect(refusalsOf(whole(lines))).toHaveLength(2)
})
