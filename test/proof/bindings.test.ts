import { expect, test } from 'vitest'
import type * as ast from '../../grammar/ast.ts'
import { parse, parseBindings } from '../../grammar/parse.ts'
import { bind, boundName } from '../../proof/bindings.ts'

const { file } = parse({
  name: 'a.mix',
  text: `mixer a {
    dim K = 4
    input k: vec<K>
    param w: scalar in (0, 1]
    state S: vec<K>
    S[t] = w * S[t-1] + k
    output o: vec<K> = S[t]
  }`,
})
const mixer = file.items[0] as ast.Mixer
const bound = (text: string) =>
  bind(file, mixer, parseBindings({ name: 'where', text }).bindings, () => undefined)

test('each bound name becomes an output over the inputs and params', () => {
  const { layer, diagnostics } = bound('k = 2 * k, g = log(w)')
  expect(diagnostics).toEqual([])
  expect(layer!.states).toEqual([])
  expect(layer!.outputs.map((o) => o.name).sort()).toEqual([boundName('g'), boundName('k')])
  expect(layer!.outputs.map((o) => o.value.type.rows.kind)).toContain('dim')
})

test('what is wrong with an expression is said', () => {
  expect(bound('g = log(z)').diagnostics.map((d) => d.code)).toContain('unknown-name')
  expect(bound('g = k @ k').diagnostics.map((d) => d.code)).toContain('shape-mismatch')
  expect(bound('g = log(z)').layer).toBeUndefined()
})
