import { expect, test } from 'vitest'
import { openMixer } from '../../../cli/sources.ts'
import { decide } from '../../../cli/verify/decide.ts'

const open = (name: string) => {
  const chosen = openMixer(name)
  if (!('layer' in chosen)) throw new Error(name)
  return chosen
}

test('inputs of the second are expressions in those of the first', () => {
  const [retnet, gla] = [open('retnet'), open('gla')]
  expect(decide(retnet, gla, { where: 'g = log(gamma)', rounds: 1 })).toMatchObject({ equal: true })
  expect(decide(gla, retnet, { where: 'gamma = exp(g)', rounds: 1 })).toMatchObject({ equal: false })
  expect(decide(retnet, retnet, {})).toMatchObject({ equal: true, sameStates: true })
})

test('bindings that cannot be read', () => {
  expect(decide(open('retnet'), open('gla'), { where: 'g =' })).toMatchObject({
    diagnostics: [{ code: 'unexpected-text' }],
  })
  expect(decide(open('retnet'), open('gla'), { where: 'g = x' })).toMatchObject({
    diagnostics: [{ code: 'unknown-name' }],
  })
})
