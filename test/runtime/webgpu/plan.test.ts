import { afterEach, expect, test as anyTest, vi } from 'vitest'
import { contextOf } from '../../../runtime/webgpu/context.ts'
import { pipelineOf } from '../../../runtime/webgpu/pipeline.ts'
import { createPlan, limitsOf, planKey } from '../../../runtime/webgpu/plan.ts'
import { decayedSum } from '../../support/decayed-sum.ts'
import { testDevice, withoutDevice } from '../../support/device.ts'

const test = anyTest.skipIf(withoutDevice)
afterEach(() => {
  vi.restoreAllMocks()
})

const manifest = decayedSum(4, 4)
const form = manifest.forms.chunk!
const sizes = { batch: 2, tokens: 10, heads: 1, groups: { x: 1, a: 1, u: 1 } }

const planOn = async (device: GPUDevice, limits = {}) => {
  const pipelines = await Promise.all(form.stages.map((stage) => pipelineOf(contextOf(device), 'l', stage)))
  return createPlan(manifest, device, form, pipelines, sizes, { ...limitsOf(manifest, device, 1), ...limits })
}

test('a plan has segments, the most scratch that any of them needs, and what goes with every stage', async () => {
  const plan = await planOn(await testDevice(), { maxTokens: 8 })
  expect(plan.segments.map(({ segment }) => segment.rows)).toEqual([16, 4])
  expect(plan.scratchBytes).toEqual({ local: 16 * 4 * 4, factor: 16 * 4, start: 4 * 4 * 4 })
  expect(plan.segments[0].dispatches.map(({ grid }) => grid)).toEqual([
    [4, 1, 1],
    [2, 1, 1],
    [4, 1, 1],
  ])
  expect(plan.uniforms.length).toBe(3)
  plan.destroy()
})

test('what is kept is made once, counted, and given back', async () => {
  const device = await testDevice()
  const plan = await planOn(device)
  const before = plan.bytes()
  const kept = plan.keep('x', [2, 3])
  expect(plan.keep('x', [2, 3])).toBe(kept)
  expect(plan.bytes()).toBe(before + 24)
  plan.destroy()
  expect(kept.destroyed).toBe(true)
})

test('a state starts where the device may bind it', async () => {
  const device = await testDevice()
  // 4 · H · 4 bytes a sequence: 16 of them make 256 bytes for one head, four for four.
  expect(limitsOf(manifest, device, 1).sequenceAlignment).toBe(16)
  expect(limitsOf(manifest, device, 4).sequenceAlignment).toBe(4)
  expect(limitsOf(manifest, device, 16).sequenceAlignment).toBe(1)
  expect(limitsOf(manifest, device, 1).maxSequences).toBe(device.limits.maxStorageBufferBindingSize / 16)
})

test('plans are told apart by form and sizes', () => {
  const keys = [
    planKey(form, sizes),
    planKey(manifest.forms.recurrent, sizes),
    planKey(form, { ...sizes, tokens: 11 }),
    planKey(form, { ...sizes, masked: true }),
    planKey(form, { ...sizes, cuSeqlens: [0, 10] }),
  ]
  expect(new Set(keys).size).toBe(keys.length)
  expect(planKey(form, { ...sizes })).toBe(keys[0])
})
