import { expect, test } from 'vitest'
import { defaultChunkSize, largestChunkSize } from '../../../compiler/3-plan/chunk-size.ts'
import { compiledOf, programOf } from '../../support/compiled.ts'

const mixer = (writes: number, feedback: boolean): string => {
  const names = Array.from({ length: writes }, (_, i) => `k${i}`)
  const given = names.map((k, i) => `${k} @ v${i}.T`).join(' + ')
  return `
mixer sized {
  dim K = 3, V = 3
  input q, ${names.join(', ')}: vec<K>
  input ${names.map((_, i) => `v${i}`).join(', ')}: vec<V>
  state S: mat<K, V>
  S[t] = ${feedback ? '(I - k0 @ k0.T) @ ' : ''}S[t-1] + ${given}
  output o: vec<V> = S[t].T @ q
}`
}

test('feedback is taken in shorter chunks', () => {
  expect(defaultChunkSize(programOf(mixer(1, false)))).toBe(32)
  expect(defaultChunkSize(programOf(mixer(1, true)))).toBe(16)
})

test('the more writes a token has, the fewer tokens a workgroup can keep the scores of', () => {
  expect([1, 2, 3, 4].map((n) => largestChunkSize(programOf(mixer(n, false))))).toEqual([256, 128, 85, 64])
})

test('the default never exceeds what fits', () => {
  const program = programOf(mixer(12, false))
  expect(largestChunkSize(program)).toBe(21)
  expect(defaultChunkSize(program)).toBe(21)
})

test.each([1, 2, 3])('with %s writes the largest chunk still makes kernels that a device takes', (writes) => {
  const text = mixer(writes, true)
  const chunkSize = largestChunkSize(programOf(text))
  expect(compiledOf(text, { chunkSize }).lowered.chunk!.chunkSize).toBe(chunkSize)
  expect(() => compiledOf(text, { chunkSize: chunkSize + 1 })).toThrow(/chunk-size-out-of-range/)
})
