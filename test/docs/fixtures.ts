import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { storedTensor } from '../../cli/safetensors.ts'
import { filled, gatedInputs, gatedSizes, writeTensors } from '../support/tensors.ts'

const mixer = (name: string, { header = '', dims = 'K = 4, V = 4', update = 'S[t-1] + k @ v.T' } = {}) =>
  `${header}mixer ${name} {
  dim ${dims}
  input q, k: vec<K>
  input v: vec<V>
  state S: mat<K, V>
  S[t] = ${update}
  output o: vec<V> = S[t].T @ q
}
`

/** A folder with the files that the commands of the docs speak of. */
export const fixtureFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'mix-docs-'))
  const write = (name: string, content: string | Uint8Array): void =>
    writeFileSync(join(folder, name), content)
  write('layer.mix', mixer('layer'))
  write('two.mix', mixer('first') + mixer('second'))
  write('no-default.mix', mixer('layer', { dims: 'K, V = 4' }))
  write('even.mix', mixer('layer', { dims: 'K = 4, V = 4 where K % 2 == 0' }))
  write('unexpected.mix', mixer('layer', { header: '/// expect: chunk { solve-tril, chunk-output }\n' }))
  write('kin.mix', mixer('layer', { header: '/// kin: linear_attention\n' }))
  write(
    'not-kin.mix',
    mixer('layer', { header: '/// kin: linear_attention\n', update: '0.5 * S[t-1] + k @ v.T' }),
  )
  write(
    'nonlinear.mix',
    'recurrent mixer a {\n  dim K = 4\n  input k: vec<K>\n  state A: vec<K>\n  A[t] = tanh(A[t-1]) + k\n  output o: vec<K> = A[t]\n}\n',
  )
  write('weights.bin', new Uint8Array(64))
  write('damaged.safetensors', new Uint8Array([9, 0, 0, 0, 0, 0, 0, 0, 123, 125]))

  const { B, T, H, K, V } = gatedSizes
  const tensors = (name: string, changed: Parameters<typeof gatedInputs>[0]): void =>
    writeTensors(join(folder, name), gatedInputs(changed))
  tensors('inputs.safetensors', {})
  tensors('without-beta.safetensors', { beta: undefined })
  tensors('surplus.safetensors', { gate: filled([B, T, H], () => 1) })
  tensors('integers.safetensors', { beta: storedTensor(new Int32Array(B * T * H), [B, T, H]) })
  tensors('without-heads.safetensors', { q: filled([B, T, K], () => 1) })
  tensors('packed.safetensors', { cu_seqlens: storedTensor(Int32Array.of(0, 2, 5), [3]) })
  tensors('bad-sequences.safetensors', { cu_seqlens: storedTensor(Int32Array.of(0, 4, 2, 5), [4]) })
  tensors('not-finite.safetensors', { v: filled([B, T, H, V], (i) => (i === 7 ? NaN : 1)) })
  tensors('out-of-range.safetensors', { beta: filled([B, T, H], (i) => (i === 3 ? 2.5 : 1)) })
  return folder
}
