import { expect, test } from 'vitest'
import { printExpr } from '../../../compiler/1-check/print.ts'
import { layerOf } from '../../support/layer.ts'

const value = (type: string, text: string): string =>
  printExpr(
    layerOf(`mixer a { dim K = 4, V = 3 input k: vec<K> output o: ${type} = ${text} }`).outputs[0].value,
  )

test('what has its shape is left alone', () => {
  expect(value('vec<K>', 'k')).toBe('k')
  expect(value('scalar', '1')).toBe('1')
})

test('a scalar becomes each component', () => {
  expect(value('vec<K>', '0')).toBe('concat(j in 0..K: 0)')
  expect(value('mat<K, V>', 'k[0]')).toBe('reshape(concat(j in 0..(K*V): k[0]), K, V)')
})
