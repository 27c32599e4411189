import { expect, test } from 'vitest'
import { dispatchOf, encode, isNew, type Slice } from '../../../runtime/webgpu/dispatch.ts'

// A device that only counts: what is tested is when a bind group is made.
const counting = () => {
  let groups = 0
  const bound: unknown[] = []
  const device = { createBindGroup: () => ({ group: ++groups }) } as never
  const pass = {
    setPipeline: () => {},
    setBindGroup: (_: number, group: unknown) => bound.push(group),
    dispatchWorkgroups: () => {},
  } as never
  return { device, pass, bound, groups: () => groups }
}
const slice = (buffer: object, offset = 0, size = 4): Slice => ({ buffer: buffer as GPUBuffer, offset, size })
const pipeline = { name: 'p', pipeline: {}, layout: {} } as never

test('the same slices are bound with the same group', () => {
  const { device, pass, bound, groups } = counting()
  const dispatch = dispatchOf(pipeline, [1, 1, 1])
  const [a, b] = [{}, {}]
  encode(device, pass, dispatch, [slice(a), slice(b)])
  expect(isNew(dispatch, [slice(a), slice(b)])).toBe(false)
  encode(device, pass, dispatch, [slice(a), slice(b)])
  expect(groups()).toBe(1)
  expect(bound[0]).toBe(bound[1])
})

test('another buffer, offset or size needs another', () => {
  const { device, pass, groups } = counting()
  const dispatch = dispatchOf(pipeline, [1, 1, 1])
  const a = {}
  for (const other of [slice(a), slice({}), slice(a, 256), slice(a, 0, 8)]) {
    expect(isNew(dispatch, [other])).toBe(true)
    encode(device, pass, dispatch, [other])
  }
  expect(groups()).toBe(4)
})

test('a few are remembered, the oldest goes', () => {
  const { device, pass, groups } = counting()
  const dispatch = dispatchOf(pipeline, [1, 1, 1])
  const buffers = Array.from({ length: 5 }, () => ({}))
  for (const buffer of buffers) encode(device, pass, dispatch, [slice(buffer)])
  for (const buffer of buffers.slice(1)) encode(device, pass, dispatch, [slice(buffer)])
  expect(groups()).toBe(5)
  expect(isNew(dispatch, [slice(buffers[0])])).toBe(true)
})
