import type { ArrayDeclaration, Binding, ElementType, Expr, LoopProgram, Step } from './loop-ir.ts'
import { builtinNames } from './type-of.ts'
import { boundBy, everyStatement, expressionsOf, operands } from './walk.ts'

interface Draft {
  readonly name: string
  readonly doc: string
  readonly workgroupSize: number
  readonly workgroup?: readonly ArrayDeclaration[]
  readonly private?: readonly ArrayDeclaration[]
  readonly body: readonly Step[]
}

/**
 * Finish a kernel: its bindings are the buffers that its body touches (written ones `read_write`), its uniforms the
 * names that nothing else binds. A buffer may be called what a local is: arrays and values have names of their own.
 */
export const program = (draft: Draft): LoopProgram => {
  const { workgroup = [], private: own = [] } = draft
  const arrays = new Set([...workgroup, ...own].map((a) => a.name))
  const touched = new Map<string, Binding>()
  const touch = (array: string, written: boolean): void => {
    if (arrays.has(array)) return
    const access = written || touched.get(array)?.access === 'read_write' ? 'read_write' : 'read'
    touched.set(array, { name: array, element: elementOf(array), access })
  }
  const bound = new Set<string>(builtinNames)
  const used = new Set<string>()
  const visit = (e: Expr): void => {
    if (e.kind === 'name') used.add(e.name)
    if (e.kind === 'load') touch(e.array, false)
    operands(e).forEach(visit)
  }
  everyStatement(draft.body, (s) => {
    const binds = boundBy(s)
    if (binds !== undefined) bound.add(binds)
    if (s.kind === 'store') touch(s.array, true)
    expressionsOf(s).forEach(visit)
  })
  return {
    ...draft,
    bindings: [...touched.values()],
    uniforms: [...used].filter((n) => !bound.has(n)),
    workgroup,
    private: own,
  }
}

/** Tables hold whole numbers, every other buffer holds `f32`. */
const elementOf = (array: string): ElementType => (array.startsWith('table.') ? 'i32' : 'f32')
