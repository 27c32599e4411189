import { hoistIndices } from '../4-lower/hoist-indices.ts'
import type { LoopProgram } from '../4-lower/loop-ir.ts'
import { separateScalars } from '../4-lower/separate-scalars.ts'
import { simplify } from '../4-lower/simplify.ts'
import { unroll } from '../4-lower/unroll.ts'
import { verify } from '../4-lower/verify.ts'
import { bug } from '../pass.ts'

/** One program as each target wants it: the same statements in effect, so that what is proved of one holds for all. */
export interface Prepared {
  /** Unrolled: with literal indices private arrays become registers. */
  readonly device: LoopProgram
  /** In loops, but for what stays in local variables: private arrays that live in one region, run once. */
  readonly script: LoopProgram
}

/** Rewrite a lowered program for the printers; nothing that does not verify is printed. */
export const prepare = (program: LoopProgram): Prepared => {
  const loops = sound('simplify', hoistIndices.run(simplify.run(sound('lowering', program))))
  const device = sound('unroll', separateScalars.run(simplify.run(unroll.run(loops))))
  return { device, script: staysLocal(device) ? device : loops }
}

const sound = (maker: string, program: LoopProgram): LoopProgram => {
  const faults = verify(program)
  return faults.length === 0 ? program : bug(`${maker} made a kernel that cannot run: ${faults.join('; ')}`)
}

const staysLocal = ({ body, private: own }: LoopProgram): boolean =>
  body.length === 1 && body[0].kind === 'region' && own.length > 0 && own.every((array) => array.size === 1)
