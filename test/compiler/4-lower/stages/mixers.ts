const mixer = (declarations: string, update: string, outputs: string, sizes = 'K = 5, V = 3'): string => `
mixer test {
  dim ${sizes}, n = 2
  input q, k: vec<K> where norm(k) <= 1
  input v: vec<V>
  ${declarations}
  state S: mat<K, V>
  S[t] = ${update}
  ${outputs}
}`

const read = 'output o: vec<V> = S[t].T @ q'
const gate = 'input g: scalar in (-inf, 0]'
const gates = 'input g: vec<K> in (-inf, 0]'
const strength = 'input beta: scalar in [0, 2]'

/** A layer for each way that the chunk form takes. */
export const mixers = {
  'no decay': mixer('', 'S[t-1] + k @ v.T', read, 'K = 3, V = 6'),
  'one decay': mixer(gate, 'exp(g) * S[t-1] + k @ v.T', `${read}\n  output b: vec<V> = S[t-1].T @ k + v`),
  'a decay per key': mixer(gates, 'diag(exp(g)) @ S[t-1] + k @ v.T', read, 'K = 6, V = 5'),
  'a signed decay per key': mixer('input a: vec<K> in [-1, 1]', 'diag(a) @ S[t-1] + k @ v.T', read),
  'a signed decay': mixer('input a: scalar in [-1, 1]', 'a * S[t-1] + k @ v.T', read),
  'a decay per value': mixer('input e: vec<V> in (-inf, 0]', 'S[t-1] @ diag(exp(e)) + k @ v.T', read),
  'decays of both axes': mixer(
    `${gates} input a: vec<V> in [-1, 1] input x: vec<V>`,
    'diag(exp(g)) @ S[t-1] @ diag(a) + k @ v.T',
    `${read}\n  output c: vec<K> = S[t] @ x`,
  ),
  'the delta rule': mixer(
    `${gate} ${strength}`,
    'exp(g) * (I - beta * k @ k.T) @ S[t-1] + beta * k @ v.T',
    read,
    'K = 4, V = 6',
  ),
  'two steps a token': mixer(
    `${gates} input y: vec<K>[n] where norm(y) <= 1 input w: vec<V>[n] input beta: scalar[n] in [0, 2]`,
    'fold X = diag(exp(g)) @ S[t-1] for j in 0..n: (I - beta[j] * y[j] @ y[j].T) @ X + beta[j] * y[j] @ w[j].T',
    `${read}\n  output b: vec<V> = S[t-1].T @ k`,
  ),
  'a removal key of its own': mixer(
    `${gates} input r: vec<K> where norm(r) <= 1 input a: vec<K> in [0, 1]`,
    '(diag(exp(g)) - (a * r) @ r.T) @ S[t-1] + k @ v.T',
    `${read}\n  output c: vec<K> = S[t] @ v`,
  ),
  'a strength per value': mixer(
    `${gate} input b: vec<V> in [0, 1]`,
    'exp(g) * S[t-1] + k @ (b * (v - S[t-1].T @ k)).T',
    read,
  ),
  'the delta rule with a decay per value': mixer(
    `input a: vec<V> in [-1, 1] ${strength} ${gates}`,
    '(I - beta * k @ k.T) @ diag(exp(g)) @ S[t-1] @ diag(a) + beta * k @ v.T + q @ v.T',
    read,
    'K = 3, V = 4',
  ),
  'from the right': mixer(
    `${gates} ${strength} input x: vec<V> where norm(x) <= 1`,
    'diag(exp(g)) @ S[t-1] @ (I - beta * x @ x.T) + k @ v.T',
    `${read}\n  output c: vec<K> = S[t] @ x`,
  ),
  'an output that is no sum': mixer(
    `${gate} ${strength} param u: vec<K>`,
    'exp(g) * (I - beta * k @ k.T) @ S[t-1] + beta * k @ v.T',
    'output o: vec<V> = tanh(S[t].T @ q) * v + (u.T @ k) * (S[t-1].T @ q)',
  ),
} as const satisfies Readonly<Record<string, string>>

export type MixerName = keyof typeof mixers
export const mixerNames = Object.keys(mixers) as readonly MixerName[]
export const chunkSizes: readonly number[] = [1, 3, 16, 20, 33]
