import type { KernelPlan, OutputPlan } from '../../3-plan/kernel-plan.ts'
import { equal, int, load, real, select } from '../build.ts'
import type { Expr } from '../loop-ir.ts'
import { liveToken, putOutput, rowIndex } from '../places.ts'
import { keptRead } from '../sinks.ts'
import { tokenKernels, type Ports, type TokenKernels, type TokenValue } from './token-kernels.ts'

/** Outputs that are other functions of reads than sums, worked out token by token from the kept reads. */
export const tokenOutputs = (plan: KernelPlan, ports: Ports): readonly TokenKernels[] =>
  plan.outputs.flatMap((output) => (output.kind === 'function' ? [outputKernels(plan, output, ports)] : []))

const outputKernels = (
  plan: KernelPlan,
  output: Extract<OutputPlan, { kind: 'function' }>,
  ports: Ports,
): TokenKernels => {
  const read = (row: Expr, atom: string, lane: Expr): Expr => {
    const { state, read: index, lanes } = output.reads.find((r) => r.atom === atom)!
    const { state: stateName, reads } = plan.states[state]
    return load(keptRead(stateName, reads[index].id), rowIndex(row, lanes, lanes === 1 ? int(0) : lane))
  }
  const value: TokenValue = {
    value: output.value,
    lanes: output.size,
    put: ({ token }, lane, result) =>
      putOutput(
        output.name,
        output.size,
        token,
        lane,
        select(equal(liveToken(token), int(1)), result, real(0)),
      ),
  }
  return tokenKernels(
    { name: `token-output-${output.name}`, doc: `The output ${output.name} from what was read.`, read },
    plan,
    ports,
    [value],
  )
}
