import type { Pass } from '../pass.ts'
import type { Expr, LoopProgram, Step } from './loop-ir.ts'
import {
  everyExpression,
  everyStatement,
  arrayNames,
  rewriteStatement,
  withOperands,
  type Rewrite,
} from './walk.ts'

/**
 * Take private arrays apart that are only ever indexed by literals: devices keep scalars in registers, arrays not.
 *
 *     private s: f32[2] … s[0] … s[1]   ⇒   private s_0: f32[1], s_1: f32[1] … s_0[0] … s_1[0]
 *
 * The WGSL printer shows an array of one as the scalar that it is.
 */
export const separateScalars: Pass<LoopProgram> = {
  name: 'separate-scalars',
  run: (program) => {
    const sizes = new Map(program.private.filter((a) => a.size > 1).map((a) => [a.name, a.size]))
    const keepWhole = (array: string, index: Expr): void => {
      const size = sizes.get(array)
      const literal = index.kind === 'int' && size !== undefined && index.value >= 0 && index.value < size
      if (!literal) sizes.delete(array)
    }
    everyExpression(program.body, (e) => {
      if (e.kind === 'load') keepWhole(e.array, e.index)
    })
    everyStatement(program.body, (s) => {
      if (s.kind === 'store') keepWhole(s.array, s.index)
    })
    if (sizes.size === 0) return program

    const taken = new Set(arrayNames(program))
    const parts = new Map<string, readonly string[]>()
    for (const [name, size] of sizes)
      parts.set(
        name,
        Array.from({ length: size }, (_, i) => {
          let part = `${name}_${i}`
          while (taken.has(part)) part += '_'
          taken.add(part)
          return part
        }),
      )
    const place = (array: string, index: Expr): { array: string; index: Expr } => {
      const part = index.kind === 'int' ? parts.get(array)?.[index.value] : undefined
      return part === undefined ? { array, index } : { array: part, index: { kind: 'int', value: 0 } }
    }
    const expr = (e: Expr): Expr => {
      const inner = withOperands(e, expr)
      return inner.kind === 'load' ? { ...inner, ...place(inner.array, inner.index) } : inner
    }
    return {
      ...program,
      private: program.private.flatMap(
        (a) => parts.get(a.name)?.map((name) => ({ ...a, name, size: 1 })) ?? [a],
      ),
      body: program.body.map((s) => mapStep(s, { expr, place })),
    }
  },
}

const mapStep = (s: Step, rewrite: Rewrite): Step => {
  switch (s.kind) {
    case 'region':
      return { ...s, body: s.body.map((t) => rewriteStatement(t, rewrite)) }
    case 'for':
    case 'if':
      return { ...s, body: s.body.map((t) => mapStep(t, rewrite)) }
    case 'let':
      return s
  }
}
