import { expect, test } from 'vitest'
import { checkStages, stagesOf } from '../../../cli/verify/stages.ts'
import { compileLayer } from '../../../compiler/compile.ts'
import { layerOf } from '../../support/layer.ts'
import { layerText } from '../fixtures.ts'

const lowered = (expectation: string) => {
  const layer = layerOf(layerText('a', 'S[t-1] + k @ v.T', `/// expect: ${expectation}\n`))
  const result = compileLayer(layer)
  if (result.kind === 'refused') throw new Error('refused')
  return { layer, lowered: result.compiled.lowered }
}
const codes = (expectation: string): readonly string[] => {
  const { layer, lowered: forms } = lowered(expectation)
  return checkStages(layer, forms).map(({ code }) => code)
}

test('the stages of each form, without those of single tokens', () => {
  const { lowered: forms } = lowered('chunk { chunk-state, chunk-output }')
  expect(stagesOf(forms)).toEqual({ recurrent: ['recurrent'], chunk: ['chunk-state', 'chunk-output'] })
})

test('an expectation is kept in full and in order', () => {
  expect(codes('chunk { chunk-state, chunk-output }')).toEqual([])
  expect(codes('recurrent { recurrent }')).toEqual([])
  expect(codes('chunk { chunk-state }')).toEqual(['stages-unexpected'])
  expect(codes('chunk { chunk-output, chunk-state }')).toEqual(['stages-unexpected'])
  expect(codes('scan { chunk-state }')).toEqual(['form-not-available'])
})
