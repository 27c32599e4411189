import { expect, test } from 'vitest'
import { certify, printCertificate } from '../../proof/certificate.ts'
import { runningSum } from '../support/running-sum.ts'
import { readLayer } from '../support/compiled.ts'

const { layer, lowered } = runningSum

test('a proof, with what it covers and what it does not', () => {
  const certificate = certify(layer, () => lowered, { rounds: 2 })
  expect(certificate).toMatchObject({ proved: true, rounds: 2, uninterpreted: [] })
  expect(certificate.errorBound).toBeGreaterThan(0)
  expect(certificate.errorBound).toBeLessThan(1e-12)
  const text = printCertificate(certificate)
  for (const part of [
    'recurrent form, C = 4',
    'T = 0, 1, 3',
    'packed',
    'no chunk form',
    'chance of an error',
  ])
    expect(text).toContain(part)
})

test('more rounds are surer', () => {
  const bound = (rounds: number): number => certify(layer, () => lowered, { rounds }).errorBound
  expect(bound(2)).toBeCloseTo(bound(1) ** 2, 30)
})

test('kernels that compute something else are not certified, and the place is named', () => {
  const other = readLayer(
    'mixer sum { input x: scalar state S: scalar S[t] = S[t-1] + 2 * x output o: scalar = S[t] }',
  )
  const certificate = certify(other, () => lowered)
  expect(certificate.proved).toBe(false)
  expect(printCertificate(certificate)).toContain('differs at T = 1: o[0, 0, 0]')
})

test('no kernels, no proof', () => {
  expect(certify(layer, () => undefined).proved).toBe(false)
})
