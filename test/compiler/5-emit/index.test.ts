import { expect, test } from 'vitest'
import { emit, emitForm } from '../../../compiler/5-emit/index.ts'
import type { LoweredForm, LoweredLayer } from '../../../compiler/4-lower/lowered.ts'
import { matrixProduct, reduction } from '../4-lower/programs.ts'

const form: LoweredForm = {
  name: 'recurrent',
  chunkSize: 16,
  stages: [
    { program: matrixProduct, grid: { x: 'chunks', z: 3 } },
    { program: reduction, grid: { x: 'sequences', z: 1 } },
  ],
  scratch: [{ name: 'inverse', element: 'f32', elements: 16, per: 'chunk' }],
}

test('a form tells the runtime its stages, bindings and uniforms in order', () => {
  const { stages, scratch, chunkSize } = emitForm(form)
  expect({ scratch, chunkSize }).toEqual({ scratch: form.scratch, chunkSize: 16 })
  expect(stages.map((stage) => stage.name)).toEqual(['matrix-product', 'reduction'])
  expect(stages[0]).toMatchObject({
    workgroupSize: 8,
    uniforms: ['size'],
    grid: { x: 'chunks', z: 3 },
    bindings: [
      { buffer: 'a', element: 'f32', access: 'read' },
      { buffer: 'b', element: 'f32', access: 'read' },
      { buffer: 'c', element: 'f32', access: 'read_write' },
    ],
  })
  expect(stages[1].bindings[0]).toEqual({ buffer: 'table.rows', element: 'i32', access: 'read' })
})

test('the device’s kernel is unrolled into registers, the script is not', () => {
  const [{ wgsl, js }] = emitForm(form).stages
  expect(wgsl).toContain('var sum_0: f32;')
  expect(js).toContain('for (let p = 0; p < 2; p++)')
})

test('a manifest is plain data', () => {
  const layer: LoweredLayer = {
    name: 'made-up',
    dims: { K: 4 },
    inputs: [{ name: 'q', shape: [4] }],
    params: [],
    states: [],
    outputs: [{ name: 'o', shape: [] }],
    recurrent: form,
    chunkMissing: 'for a test',
  }
  const manifest = emit(layer)
  expect(JSON.parse(JSON.stringify(manifest))).toEqual(manifest)
  expect(manifest).toMatchObject({ layer: 'made-up', dims: { K: 4 }, missingForms: { chunk: 'for a test' } })
  expect(manifest.forms.chunk).toBeUndefined()
  const both = emit({ ...layer, chunk: { ...form, name: 'chunk' }, chunkMissing: undefined })
  expect(both.forms.chunk?.name).toBe('chunk')
  expect(both.missingForms).toEqual({})
})
