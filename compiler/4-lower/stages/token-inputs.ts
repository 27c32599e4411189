import type { KernelPlan } from '../../3-plan/kernel-plan.ts'
import { add, equal, int, real, select, store } from '../build.ts'
import { frameBuffer, liveToken, rowIndex } from '../places.ts'
import { tokenKernels, type Ports, type TokenKernels, type TokenValue } from './token-kernels.ts'

/**
 * What each token gives, one row of the frame per token and head: keys, values, decays, coefficients, and the inner
 * products that slots of one token need. Padded tokens get neutral values.
 */
export const tokenInputs = (plan: KernelPlan, ports: Ports): TokenKernels =>
  tokenKernels(
    { name: 'token-inputs', doc: 'What each token gives: keys, values, decays, coefficients.' },
    plan,
    ports,
    plan.fields.map(({ value, lanes, offset, neutral }): TokenValue => ({
      value,
      lanes,
      put: ({ token, row }, lane, result) =>
        store(
          frameBuffer,
          rowIndex(row, plan.frameSize, add(int(offset), lane)),
          select(equal(liveToken(token), int(1)), result, real(neutral)),
        ),
    })),
  )
