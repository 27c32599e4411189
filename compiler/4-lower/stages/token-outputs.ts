import type { KernelPlan, OutputPlan } from '../../3-plan/kernel-plan.ts'
import { add, div, each, equal, groupX, int, intMin, letI, load, mod, mul, name, real, region, select, stepFor, stepLet, sub } from '../build.ts' // prettier-ignore
import { lowerLane, temporariesOf } from '../lanes.ts'
import type { Expr, LoopProgram } from '../loop-ir.ts'
import { chunkCount, chunkFirstRow, chunkFirstToken, liveToken, putOutput, rowIndex } from '../places.ts'
import { program } from '../program.ts'
import { keptRead } from '../sinks.ts'
import { blockFor, tokenBlock, workgroupSize, type Ports } from './token-inputs.ts'

/** Outputs that are other functions of reads than sums, worked out token by token from the kept reads. */
export const tokenOutputs = (plan: KernelPlan, ports: Ports): readonly LoopProgram[] =>
  plan.outputs.flatMap((output) => (output.kind === 'function' ? [outputProgram(plan, output, ports)] : []))

const outputProgram = (
  plan: KernelPlan,
  output: Extract<OutputPlan, { kind: 'function' }>,
  ports: Ports,
): LoopProgram => {
  const temporaries = temporariesOf([output.value])
  const block = blockFor(temporaries, plan.chunkSize)
  const first = mul(name('block'), int(block))
  const tokenOf = (i: Expr): Expr => add(name('firstToken'), add(first, i))
  const read =
    (i: Expr) =>
    (atom: string, lane: Expr): Expr => {
      const { state, read: index, lanes } = output.reads.find((r) => r.atom === atom)!
      const { state: stateName, reads } = plan.states[state]
      const row = add(name('firstRow'), add(first, i))
      return load(keptRead(stateName, reads[index].id), rowIndex(row, lanes, lanes === 1 ? int(0) : lane))
    }
  const { scopeAt, arrays, regions } = tokenBlock(temporaries, block, name('size'), tokenOf, ports, read)
  const [i, j, n] = [name('i'), name('j'), name('n')]
  return program({
    name: `token-output-${output.name}`,
    doc: `The output ${output.name} from what was read.`,
    workgroupSize,
    workgroup: arrays,
    body: [
      stepLet('firstToken', chunkFirstToken(groupX)),
      stepLet('firstRow', chunkFirstRow(groupX)),
      stepLet('count', chunkCount(groupX)),
      stepFor('block', int(0), div(add(name('count'), int(block - 1)), int(block)), [
        stepLet('size', intMin(int(block), sub(name('count'), first))),
        ...regions,
        region(
          'the output',
          each('n', mul(name('size'), int(output.size)), [
            letI('i', div(n, int(output.size))),
            letI('j', mod(n, int(output.size))),
            putOutput(
              output.name,
              output.size,
              tokenOf(i),
              j,
              select(equal(liveToken(tokenOf(i)), int(1)), lowerLane(output.value, j, scopeAt(i)), real(0)),
            ),
          ]),
        ),
      ]),
    ],
  })
}
