import { expect, test } from 'vitest'
import { MixError } from '../../diagnostics/diagnostic.ts'
import { float64 } from '../../compiler/float64.ts'
import { evaluate, runReference, runTensors, type RunOptions, type Tensor } from '../../compiler/reference.ts'
import { readLayer } from '../support/compiled.ts'

const tensor = (shape: readonly number[], ...data: number[]): Tensor<number> => ({ shape, data })
const close = (found: ArrayLike<number>, wanted: readonly number[]): void => {
  expect(found.length).toBe(wanted.length)
  wanted.forEach((x, i) => expect(found[i]).toBeCloseTo(x, 12))
}

/** An expression in fixed inputs, at each of some tokens. */
const valueOf = (expression: string, type: string): readonly number[] => {
  const layer = readLayer(`
    mixer m {
      dim N = 3, M = 2
      input a, b: scalar
      input u, w: vec<N>
      input A: mat<M, M>
      input s: scalar[M]
      input z, y: complex scalar
      param p: vec<N>
      output o: ${type} = ${expression}
    }`)
  const { outputs } = evaluate(layer, { N: 3, M: 2 }, float64, {
    length: 1,
    inputs: {
      a: [[2]],
      b: [[-3]],
      u: [[1, -2, 3]],
      w: [[4, 5, 6]],
      A: [[2, 1, 1, 3]],
      s: [[7, 8]],
      z: [[1, 2]],
      y: [[3, -1]],
    },
    params: { p: [0.5, 0.25, 2] },
  })
  return outputs.o[0]
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const cases: readonly (readonly [string, string, readonly number[]])[] = [
  ['1 + 2 * 3 - 4 / 8', 'scalar', [6.5]],
  ['-a^2 + N', 'scalar', [-1]],
  ['7 % a + b % a', 'scalar', [2]],
  ['N^-0.5', 'scalar', [3 ** -0.5]],
  ['u + 1', 'vec<N>', [2, -1, 4]],
  ['u * w', 'vec<N>', [4, -10, 18]],
  ['a / w', 'vec<N>', [0.5, 0.4, 2 / 6]],
  ['u.T @ w', 'scalar', [12]],
  ['u @ w.T @ p', 'vec<N>', [15.25, -30.5, 45.75]],
  ['(I - a * u @ u.T) @ w', 'vec<N>', [4 - 24, 5 + 48, 6 - 72]],
  ['((I - a * u @ u.T).T @ w)', 'vec<N>', [-20, 53, -66]],
  ['(w.T @ (I - a * u @ u.T)).T', 'vec<N>', [-20, 53, -66]],
  ['diag(u) @ w', 'vec<N>', [4, -10, 18]],
  ['(w.T @ diag(u)).T', 'vec<N>', [4, -10, 18]],
  ['A @ A', 'mat<M, M>', [5, 5, 5, 10]],
  ['A.T * A - I', 'mat<M, M>', [3, 1, 1, 8]],
  ['solve(A, slice(w, 0, M))', 'vec<M>', [7 / 5, 6 / 5]],
  ['where(u > 0, u, w)', 'vec<N>', [1, 5, 3]],
  ['where(a > 0 && !(b > 0) || b == 0, 1, 0)', 'scalar', [1]],
  ['where(a <= 2, 1 / a, 1 / (a - 2))', 'scalar', [0.5]],
  ['max(u, a) + min(a, b)', 'vec<N>', [-1, -1, 0]],
  ['max(u) - min(u)', 'scalar', [5]],
  ['sum(u) + mean(w) + norm(u)^2 + dot(u, p)', 'scalar', [2 + 5 + 14 + 6]],
  ['argmax(w) + argmax(-w)', 'scalar', [2]],
  ['softmax(u)[2]', 'scalar', [Math.exp(3) / (Math.exp(1) + Math.exp(-2) + Math.exp(3))]],
  ['cumsum(u)', 'vec<N>', [1, -1, 2]],
  ['onehot(1, 3)', 'vec<3>', [0, 1, 0]],
  ['topk_mask(u, 2)', 'vec<N>', [1, 0, 1]],
  ['topk_mask(u * 0, 2)', 'vec<N>', [1, 1, 0]],
  ['concat(u, slice(w, 1, 3))', 'vec<N + 2>', [1, -2, 3, 5, 6]],
  ['outer_flat(slice(u, 0, 2), w)', 'vec<2 * N>', [4, 5, 6, -8, -10, -12]],
  ['reshape(outer_flat(u, slice(w, 0, M)), M, N)', 'mat<M, N>', [4, 5, -8, -10, 12, 15]],
  ['sum(j in 0..M: s[j] * (j + 1))', 'scalar', [23]],
  ['max(j in 0..M: s[j]) + min(j in 0..M: s[j])', 'scalar', [15]],
  ['sum(j in 0..0: s[j])', 'scalar', [0]],
  ['concat(j in 0..M: s[j] * u)', 'vec<M * N>', [7, -14, 21, 8, -16, 24]],
  ['fold x = a for j in 0..M: x * s[j] + 1', 'scalar', [(2 * 7 + 1) * 8 + 1]],
  ['pow(a, b) + floor(b / a) + sign(b) + abs(b)', 'scalar', [0.125 - 2 - 1 + 3]],
  ['exp(a) + log(a) + sqrt(a) + sin(a) + cos(a)', 'scalar', [Math.exp(2) + Math.log(2) + Math.SQRT2 + Math.sin(2) + Math.cos(2)]],
  ['tanh(a) + sigmoid(b) + silu(b) + relu(b) + elu(b)', 'scalar', [Math.tanh(2) + sigmoid(-3) - 3 * sigmoid(-3) + Math.expm1(-3)]],
  ['logsigmoid(-1000 * a) + softplus(1000 * a)', 'scalar', [0]],
  ['gelu(a)', 'scalar', [1.954597694087775]],
  ['re(z * y) + 10 * im(z / y)', 'scalar', [5 + 7]],
  ['z * y + a', 'complex scalar', [7, 5]],
  ['conj(z) - complex(a, b)', 'complex scalar', [-1, 1]],
  ['exp(complex(a, b)) - exp(a) * cis(b)', 'complex scalar', [0, 0]],
  ['abs(complex(b, 2 * a))', 'scalar', [5]],
] // prettier-ignore

test.each(cases)('%s', (expression, type, wanted) => close(valueOf(expression, type), wanted))

/** A layer on single numbers; outputs by name. */
const run = (
  text: string,
  inputs: Readonly<Record<string, readonly number[]>>,
  more: { params?: Record<string, number[]>; initial?: Record<string, number[]>; start?: number } = {},
) =>
  evaluate(readLayer(text), { n: 2, M: 3 }, float64, {
    length: Object.values(inputs)[0].length,
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, x.map((y) => [y])])),
    ...more,
  })

test('a state before and after the token, started where it is told', () => {
  const { outputs, states } = run(
    `mixer m {
      input x: scalar
      state S: scalar
      S[t] = 2 * S[t-1] + x
      output after: scalar = S[t]
      output before: scalar = S[t-1]
    }`,
    { x: [1, 10, 100] },
    { initial: { S: [5] } },
  )
  expect(outputs.after).toEqual([[11], [32], [164]])
  expect(outputs.before).toEqual([[5], [11], [32]])
  expect(states.S).toEqual([164])
})

test('a state that starts at a param; the caller’s own start comes first', () => {
  const text = `mixer m { input x: scalar param S0: scalar state S: scalar = S0 S[t] = S[t-1] + x output o: scalar = S[t] }`
  expect(run(text, { x: [1] }, { params: { S0: [7] } }).states.S).toEqual([8])
  expect(run(text, { x: [1] }, { params: { S0: [7] }, initial: { S: [0] } }).states.S).toEqual([1])
})

test('earlier tokens of inputs, lets and outputs are zero before the first', () => {
  const { outputs } = run(
    `mixer m {
      input x: scalar
      let d = x - x[t-1]
      output o: scalar = d + 10 * d[t-2]
      output p: scalar = sum(j in 0..3: x[t-j])
    }`,
    { x: [1, 3, 7, 15] },
  )
  expect(outputs.o.flat()).toEqual([1, 2, 4 + 10, 8 + 20])
  expect(outputs.p.flat()).toEqual([1, 4, 11, 25])
})

test('a sum over tokens skips those before the first; a token’s number is its position', () => {
  const { outputs } = run(
    `mixer m {
      input x: scalar
      output o: scalar = sum(s in t-1..t+1: x[s] * s)
      output p: scalar = pos
    }`,
    { x: [1, 2, 3] },
    { start: 10 },
  )
  expect(outputs.o.flat()).toEqual([10, 10 + 22, 22 + 36])
  expect(outputs.p.flat()).toEqual([10, 11, 12])
})

test('window_softmax is a softmax over the last tokens', () => {
  const { outputs } = run(`mixer m { input q, k, v: scalar output o: scalar = window_softmax(q, k, v, 2) }`, {
    q: [1, 1, 1],
    k: [0, Math.log(3), 0],
    v: [4, 8, 16],
  })
  close(outputs.o.flat(), [4, 7, 10])
})

test('backward states, the end, and the length', () => {
  const { outputs, states } = run(
    `mixer m {
      input x: scalar
      state R, S: scalar
      R[t] = 2 * R[t+1] + x
      S[t] = S[t-1] + x
      output o: scalar = R[t] + S[t]
      output e: scalar = S[end] - S[t] + length
    }`,
    { x: [1, 10, 100] },
  )
  expect(outputs.o.flat()).toEqual([421 + 1, 210 + 11, 100 + 111])
  expect(outputs.e.flat()).toEqual([113, 103, 3])
  expect(states).toEqual({ R: [421], S: [111] })
})

test('a later state takes what an earlier one was read as', () => {
  const { states } = run(
    `mixer m {
      input x: scalar
      state S, Q: scalar
      S[t] = S[t-1] + x
      Q[t] = Q[t-1] + S[t] * S[t]
      output o: scalar = Q[t]
    }`,
    { x: [1, 1, 1] },
  )
  expect(states.Q).toEqual([1 + 4 + 9])
})

test('states that feed each other', () => {
  const { states } = run(
    `mixer m {
      input x: scalar
      state P, S: scalar
      P[t] = 0.5 * P[t-1] + x
      S[t] = S[t-1] + P[t]
      output o: scalar = S[t]
    }`,
    { x: [4, 0] },
  )
  expect(states).toEqual({ P: [2], S: [6] })
})

test('arrays of states, inputs and lets', () => {
  const layer = readLayer(`mixer m {
    dim M = 3
    input w: scalar[M]
    state S: scalar[M]
    for m in 0..M {
      let y[m] = w[m] * (m + 1)
      S[m][t] = S[m][t-1] + y[m]
    }
    output o: scalar = sum(m in 0..M: S[m][t])
  }`)
  const { outputs, states } = evaluate(layer, { M: 3 }, float64, {
    length: 2,
    inputs: { w: [[1, 1, 1], [1, 0, 2]] }, // prettier-ignore
  })
  expect(outputs.o).toEqual([[6], [13]])
  expect(states.S).toEqual([2, 2, 9])
})

test('a second sequence reads the end of the first', () => {
  const layer = readLayer(`mixer m {
    input x: scalar
    input q: scalar over s
    state S: scalar
    S[t] = S[t-1] + x
    output o: scalar over s = q * S[end]
  }`)
  const found = evaluate(layer, {}, float64, { length: 2, inputs: { x: [[1], [2]], q: [[1], [2], [3]] } })
  expect(found.outputs.o).toEqual([[3], [6], [9]])
})

test('no tokens: nothing comes out, and states are as they were', () => {
  const text = `mixer m { input x: scalar state S: scalar S[t] = S[t-1] + x output o: scalar = S[t] }`
  const found = evaluate(readLayer(text), {}, float64, { length: 0, inputs: { x: [] }, initial: { S: [4] } })
  expect(found).toEqual({ outputs: { o: [] }, states: { S: [4] } })
})

const sums = readLayer(`mixer sums {
  input x, y: scalar
  param f: scalar
  state S, R: scalar
  S[t] = S[t-1] + f * x
  R[t] = R[t-1] + x * y
  output o: scalar = S[t]
}`)
const f = tensor([1], 1)

test('batches, heads, and tensors with fewer of them', () => {
  const { outputs, states } = runReference(sums, {}, {
    x: tensor([2, 1, 2], 1, 2, 3, 4),
    y: tensor([2, 1, 4], 1, 2, 3, 4, 5, 6, 7, 8),
    f,
  }) // prettier-ignore
  expect(outputs.o).toEqual({ shape: [2, 1, 4], data: Float64Array.of(1, 1, 2, 2, 3, 3, 4, 4) })
  // S has the heads of x, R those of y.
  expect(states.S).toEqual({ shape: [2, 2], data: Float64Array.of(1, 2, 3, 4) })
  expect(states.R.shape).toEqual([2, 4])
})

test('packed sequences, one of them empty, each from its own state', () => {
  const one = tensor([1, 4, 1], 1, 2, 3, 4)
  const { outputs, states } = runReference(sums, {}, { x: one, y: one, f }, {
    cuSeqlens: [0, 1, 1, 4],
    initial: { S: tensor([3, 1], 10, 20, 30) },
  }) // prettier-ignore
  close(outputs.o.data, [11, 32, 35, 39])
  close(states.S.data, [11, 20, 39])
})

test('a padded token is as though it were not there', () => {
  const one = tensor([1, 4, 1], 1, 2, 3, 4)
  const { outputs, states } = runReference(sums, {}, { x: one, y: one, f }, { mask: [0, 1, 0, 1] })
  close(outputs.o.data, [0, 2, 0, 6])
  close(states.S.data, [6])
})

const codesOf = (
  tensors: Record<string, Tensor<number>>,
  options?: RunOptions<number>,
): readonly string[] => {
  try {
    runTensors(sums, {}, float64, tensors, options)
    return []
  } catch (error) {
    if (error instanceof MixError) return error.diagnostics.map((d) => d.code)
    throw error
  }
}

test('what is missing or does not fit is said', () => {
  const x = tensor([1, 2, 2], 1, 2, 3, 4)
  expect(codesOf({ x, y: x })).toEqual(['input-missing'])
  expect(codesOf({ x, y: tensor([1, 3, 1], 1, 2, 3), f })).toEqual(['shape-mismatch'])
  expect(codesOf({ x, y: tensor([1, 2, 3], 1, 2, 3, 4, 5, 6), f })).toEqual(['shape-mismatch'])
  expect(codesOf({ x, y: x, f }, { cuSeqlens: [0, 2, 1] })).toEqual(['shape-mismatch'])
  expect(codesOf({ x, y: x, f }, { initial: { S: tensor([2, 1], 1, 2) } })).toEqual(['shape-mismatch'])
  expect(codesOf({ x, y: x, f }, { initial: { S: tensor([1, 1], 1) } })).toEqual([])
})
