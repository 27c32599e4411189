import fc from 'fast-check'
import { expect, test } from 'vitest'
import { passes } from '../../compiler/2-normalize/index.ts'
import { print } from '../../compiler/2-normalize/print.ts'
import { verify } from '../../compiler/2-normalize/verify.ts'
import { runPasses } from '../../compiler/pass.ts'
import { programOf } from '../support/compiled.ts'
import { runs } from '../support/laws.ts'
import { randomMixer } from '../support/random-mixer.ts'

test('normalising what is normal changes nothing', () => {
  fc.assert(
    fc.property(randomMixer, (mixer) => {
      const program = programOf(mixer.text)
      expect(verify(program)).toEqual([])
      expect(print(runPasses({ print, verify }, passes, program).program)).toBe(print(program))
    }),
    runs(60),
  )
})
