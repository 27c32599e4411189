import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { verify } from '../../../compiler/1-check/index.ts'
import { checked } from '../../support/layer.ts'

const sizes = 'dim K = 8, V = 4'
const ports = 'input q, k: vec<K> input v: vec<V>'
const state = 'state S: mat<K, V>'
const read = 'output o: vec<V> = S[t].T @ q'
const causal = (more: string, update: string): string =>
  `${sizes} ${ports} ${more} ${state} S[t] = ${update} ${read}`

/** Layers of the field, as their papers write them. */
const layers: Readonly<Record<string, string>> = {
  'linear attention': causal('', 'S[t-1] + k @ v.T'),
  retnet: causal('param gamma: scalar in [0, 1]', 'gamma * S[t-1] + k @ v.T'),
  gla: causal('input g: vec<K> in (-inf, 0]', 'diag(exp(g)) @ S[t-1] + k @ v.T'),
  'mamba-2': causal(
    'input dt: scalar in [0, inf) param A: scalar in (-inf, 0]',
    'exp(dt * A) * S[t-1] + dt * k @ v.T',
  ),
  'rwkv-6': `${sizes} ${ports} input r: vec<K> input w: vec<K> in [0, 1] param u: vec<K> ${state}
    S[t] = diag(w) @ S[t-1] + k @ v.T
    output o: vec<V> = S[t-1].T @ r + (r.T @ (u * k)) * v`,
  deltanet: causal(
    'input beta: scalar in [0, 2] let kn = k / norm(k)',
    'S[t-1] + beta * kn @ (v - S[t-1].T @ kn).T',
  ),
  'gated deltanet': causal(
    'input g: scalar in (-inf, 0] input beta: scalar in [0, 2] let kn = k / norm(k)',
    'exp(g) * (I - beta * kn @ kn.T) @ S[t-1] + beta * kn @ v.T',
  ),
  'gated deltanet, the read written out': causal(
    'input a, beta: scalar in [0, 1] let kn = k / norm(k)',
    'a * S[t-1] + beta * kn @ (v - (a * S[t-1]).T @ kn).T',
  ),
  kda: causal(
    'input g: vec<K> in (-inf, 0] input beta: scalar in [0, 1] let kn = k / (norm(k) + 1e-6)',
    '(I - beta * kn @ kn.T) @ diag(exp(g)) @ S[t-1] + beta * kn @ v.T',
  ),
  'rwkv-7': causal(
    'input w, x: vec<K> input a: vec<K> in [0, 1] let h = x / sqrt(sum(x * x) + 1e-6)',
    '(diag(exp(-exp(-0.5) * sigmoid(w))) - h @ (a * h).T) @ S[t-1] + k @ v.T',
  ),
  deltaproduct: `dim K = 8, V = 4, n = 2
    input q: vec<K> input k: vec<K>[n] where norm(k) <= 1 input v: vec<V>[n] input beta: scalar[n] in [0, 2]
    input g: scalar in (-inf, 0] ${state}
    S[t] = fold X = exp(g) * S[t-1] for j in 0..n: (I - beta[j] * k[j] @ k[j].T) @ X + beta[j] * k[j] @ v[j].T
    ${read}`,
  'oja, from the right': causal(
    'input b: scalar in [0, 1] let u = v / norm(v)',
    'S[t-1] @ (I - b * u @ u.T) + b * k @ u.T',
  ),
  'gated slot attention': `dim K = 8, V = 4, M = 4 ${ports} input g: vec<M> in (-inf, 0]
    state A: mat<M, K> state B: mat<M, V>
    A[t] = diag(exp(g)) @ A[t-1] + (1 - exp(g)) @ k.T
    B[t] = diag(exp(g)) @ B[t-1] + (1 - exp(g)) @ v.T
    output o: vec<V> = B[t].T @ softmax(A[t] @ q)`,
  mlstm: `${sizes} ${ports} input i, f: scalar state C: mat<K, V> state n: vec<K>
    C[t] = sigmoid(f) * C[t-1] + exp(i) * k @ v.T
    n[t] = sigmoid(f) * n[t-1] + exp(i) * k
    output h: vec<V> = C[t].T @ (K^-0.5 * q) / max(abs(n[t].T @ q * K^-0.5), 1)`,
  'linear attention with a normaliser': `${sizes} ${ports} ${state} state z: vec<K>
    let kf = elu1(k)
    S[t] = S[t-1] + kf @ v.T
    z[t] = z[t-1] + kf
    output o: vec<V> = S[t].T @ elu1(q) / (z[t].T @ elu1(q))`,
  'both directions': `${sizes} ${ports} input g: scalar in [0, 1] state S, R: mat<K, V>
    S[t] = g * S[t-1] + k @ v.T
    R[t] = g * R[t+1] + k @ v.T
    output o: vec<V> = (S[t] + R[t+1]).T @ q / length`,
  'the total': `${sizes} ${ports} ${state} S[t] = S[t-1] + k @ v.T output o: vec<V> = S[end].T @ q`,
  'cross attention': `${sizes} input q: vec<K> over s input k: vec<K> input v: vec<V> ${state}
    S[t] = S[t-1] + k @ v.T
    output o: vec<V> over s = S[end].T @ q`,
  'two passes': `${sizes} ${ports} ${state} state m: vec<K>
    m[t] = m[t-1] + k
    S[t] = S[t-1] + softmax(m[end] * k) @ v.T
    ${read}`,
  'a window': `dim K = 8, V = 4, w = 16 ${ports}
    output o: vec<V> = sum(s in t-w+1..t+1: exp(q.T @ k[s]) * v[s]) / sum(s in t-w+1..t+1: exp(q.T @ k[s]))
    output p: vec<V> = window_softmax(q, k, v, w)`,
  'a short convolution and a delayed write': `dim K = 8, V = 4, w = 16 ${ports} param c: vec<4> ${state}
    let kc = sum(n in 0..4: c[n] * k[t-n])
    S[t] = S[t-1] + kc[t-w] @ v[t-w].T
    ${read}`,
  'relative positions in a window': `dim K = 8, V = 4, w = 16 ${ports} param b: vec<w>
    output o: vec<V> = sum(s in t-w+1..t+1: exp(q.T @ k[s] + b[t-s]) * v[s])`,
  'several memories': `dim K = 8, V = 4, M = 3 ${ports} input w: vec<M> state S: mat<K, V>[M] param P: mat<K, K>[M]
    let r = topk_mask(w, 2)
    for m in 0..M {
      let kn[m] = P[m] @ k / norm(P[m] @ k)
      let x = r[m] * v
      S[m][t] = (1 - r[m]) * S[m][t-1] + kn[m] @ x.T
    }
    output o: vec<V> = sum(m in 0..M: softmax(w)[m] * S[m][t].T @ q)`,
  'a sum of exponentials as a decay': `${sizes} ${ports} state z: vec<K> ${state}
    z[t] = z[t-1] + exp(k)
    S[t] = diag(z[t-1] / z[t]) @ S[t-1] + (exp(k) / z[t]) @ v.T
    output o: vec<V> = S[t].T @ silu(q)`,
  momentum: `${sizes} ${ports} input a, b: scalar in [0, 1] state M, S: mat<K, V>
    M[t] = a * M[t-1] + k @ (v - S[t-1].T @ k).T
    S[t] = b * S[t-1] + M[t]
    ${read}`,
  'an elementwise recurrence': `dim D = 8, N = 4 input x, dt: vec<D> input b, c: vec<N> param A: mat<D, N>
    state h: mat<D, N>
    h[t] = exp(-(softplus(dt) @ concat(j in 0..N: 1).T) * exp(A)) * h[t-1] + (dt * x) @ b.T
    output y: vec<D> = h[t] @ c`,
  'a complex diagonal': `dim D = 8 input u: vec<D> param nu, theta: vec<D> param c: complex vec<D>
    state x: complex vec<D>
    x[t] = exp(-exp(nu)) * cis(theta) * x[t-1] + sqrt(1 - exp(-2 * exp(nu))) * u
    output y: vec<D> = re(c * x[t])`,
  'rotary positions': `dim K = 8, V = 4 ${ports} param theta: vec<K / 2> state S: complex mat<K / 2, V>
    let qc = complex(slice(q, 0, K / 2), slice(q, K / 2, 2 * (K / 2))) * cis(theta * pos)
    let kc = complex(slice(k, 0, K / 2), slice(k, K / 2, 2 * (K / 2))) * cis(theta * pos)
    S[t] = S[t-1] + conj(kc) @ v.T
    output o: vec<V> = re(S[t].T @ qc)`,
  'a dense transition': `dim N = 4 input u: scalar param A: mat<N, N> param B, C: vec<N> state x: vec<N>
    x[t] = A @ x[t-1] + B * u
    output y: scalar = C.T @ x[t]`,
  'a transition that depends on the position': `dim N = 4 input u: scalar param A: mat<N, N> param B: vec<N>
    state x: vec<N>
    x[t] = (I - A / (pos + 1)) @ x[t-1] + B * u / (pos + 1)
    output y: vec<N> = x[t]`,
  'the whole state in a solve': `${sizes} ${ports} state H: mat<K, K> ${state}
    H[t] = H[t-1] + k @ k.T
    S[t] = S[t-1] + k @ v.T
    output o: vec<V> = S[t].T @ solve(H[t] + I, q)`,
  'a reset': causal('input done: scalar', 'where(done > 0.5, 0, 1) * S[t-1] + k @ v.T'),
  'a start that is learned': `${sizes} ${ports} param S0: mat<K, V> state S: mat<K, V> = S0 S[t] = S[t-1] + k @ v.T ${read}`,
  'second-order features': `dim K = 4, V = 4, F = 1 + K + K * K ${ports} state S: mat<F, V>
    S[t] = S[t-1] + taylor(k) @ v.T
    output o: vec<V> = S[t].T @ taylor(q)`,
  'feedback through an output': `${sizes} ${ports} ${state} S[t] = S[t-1] + k @ (v - 0.5 * o[t-1]).T ${read}`,
}

const functions = `use std.maps (elu1)
fn taylor<N>(x: vec<N>): vec<1 + N + N * N> = concat(1, x / N^0.25, outer_flat(x, x) / sqrt(2 * N))
`

for (const [name, members] of Object.entries(layers))
  test(`${name} checks, and verifies`, () => {
    const { layers: found, diagnostics } = checked(`${functions}mixer layer { ${members} }`)
    expect(diagnostics.map((d) => `${d.code}: ${d.message}`)).toEqual([])
    expect(found.flatMap(verify)).toEqual([])
    expect(found).toHaveLength(1)
  })

const stdlib = new URL('../../../stdlib/', import.meta.url)
for (const file of readdirSync(stdlib).filter((name) => name.endsWith('.mix')))
  test(`the standard library’s ${file} checks, and verifies`, () => {
    const { layers: found, diagnostics } = checked(readFileSync(new URL(file, stdlib), 'utf8'))
    expect(diagnostics).toEqual([])
    expect(found.flatMap(verify)).toEqual([])
  })

test('a mixer with an error gives no layer, the one beside it does', () => {
  const { layers: found, diagnostics } = checked(
    'mixer a { output o: scalar = x }\nmixer b { output o: scalar = 1 }',
  )
  expect(found.map((layer) => layer.name)).toEqual(['b'])
  expect(diagnostics.map((d) => d.code)).toEqual(['unknown-name'])
})

test('a warning does not stop a layer', () => {
  const { layers: found, diagnostics } = checked(
    'mixer a { input g: scalar in [0, 1] state S: scalar S[t] = (g + g) * S[t-1] output o: scalar = S[t] }',
  )
  expect(found).toHaveLength(1)
  expect(diagnostics.map((d) => d.severity)).toEqual(['warning'])
})

test('all that is wrong is said, in the order of the text', () => {
  const { diagnostics } = checked(
    'mixer a { output o: scalar = x output p: scalar = y }\nfn f(x: scalar): scalar = z',
  )
  expect(diagnostics.map((d) => d.message)).toEqual(
    ['x', 'y', 'z'].map((n) => `there is nothing named ${n} here`),
  )
})

test('what is wrong with a function is said once, not at each call', () => {
  const { diagnostics } = checked('fn f(x: scalar): scalar = z\nmixer a { output o: scalar = f(1) + f(2) }')
  expect(diagnostics).toHaveLength(1)
})
