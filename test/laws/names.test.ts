import { expect, test } from 'vitest'
import { compiledOf } from '../support/compiled.ts'
import { drawCall } from '../support/calls.ts'
import { distance, faultsOf, formNames, inJavaScript, reference } from '../support/forms.ts'

/** Names that kernels use for themselves, and words of the languages that they are printed in. */
const names = ['n', 'i', 'j', 'row', 'S', 'o', 'A', 'heads', 'count', 'lane', 'group', 'first', 'masked', 'share', 'table', 'scratch', 'state', 'frame', 'buffers', 'uniforms', 'groups', 'Math', 'var', 'fn', 'let', 'loop', 'array', 'f32', 'main', 'sum0', 'x', 'seen', 'p0', 'x0', 'class'] // prettier-ignore

const allowed = (name: string): boolean => !['let', 'fn', 'state'].includes(name)

const mixerOf = (a: string, b: string, c: string, d: string, e: string, f: string): string => `
mixer named {
  dim K = 3, V = 2
  input ${a}: vec<K> where norm(${a}) <= 1
  input ${b}: vec<V>
  input ${c}: scalar in [0, 1]
  input ${d}: vec<K> in (-inf, 0]
  state ${e}: mat<K, V>
  ${e}[t] = (I - ${c} * ${a} @ ${a}.T) @ diag(exp(${d})) @ ${e}[t-1] + ${c} * ${a} @ ${b}.T
  output ${f}: vec<V> = ${e}[t].T @ ${a}
}`

const usable = names.filter(allowed)

test.each(usable.map((name, at) => [name, at] as const))(
  'a tensor may be called %s, whatever its role',
  async (_, at) => {
    const roles = Array.from({ length: 6 }, (_, role) => usable[(at + 5 * role) % usable.length]) as [
      string,
      string,
      string,
      string,
      string,
      string,
    ]
    const compiled = compiledOf(mixerOf(...roles), { chunkSize: 4 })
    const call = drawCall(compiled.layer, compiled.dims, { tokens: 7, heads: 2, initial: true })
    const meant = reference(compiled, call)
    for (const form of formNames) {
      expect(distance(await inJavaScript(compiled, form, call), meant)).toBeLessThan(1e-6)
      expect(faultsOf(compiled, form, call)).toEqual([])
    }
  },
)
