import type { ArrayDeclaration, Binding, ElementType, Expr, LoopProgram, Statement, Step } from './loop-ir.ts'

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
  const own = new Set([...(draft.workgroup ?? []), ...(draft.private ?? [])].map((a) => a.name))
  const touched = new Map<string, Binding>()
  const touch = (array: string, written: boolean): void => {
    if (own.has(array)) return
    const access = written || touched.get(array)?.access === 'read_write' ? 'read_write' : 'read'
    touched.set(array, { name: array, element: elementOf(array), access })
  }
  const bound = new Set(['lane', 'group.x', 'group.y', 'group.z'])
  const used = new Set<string>()

  const expr = (e: Expr): void => {
    switch (e.kind) {
      case 'name':
        used.add(e.name)
        break
      case 'load':
        touch(e.array, false)
        expr(e.index)
        break
      case 'negate':
      case 'not':
      case 'real-of':
      case 'int-of':
        expr(e.value)
        break
      case 'binary':
      case 'int-min':
      case 'int-max':
        expr(e.left)
        expr(e.right)
        break
      case 'select':
        expr(e.condition)
        expr(e.then)
        expr(e.else)
        break
      case 'call':
        e.args.forEach(expr)
        break
      case 'real':
      case 'int':
      case 'bool':
      case 'infinity':
        break
    }
  }
  const statement = (s: Statement): void => {
    switch (s.kind) {
      case 'each':
        expr(s.count)
        bound.add(s.variable)
        s.body.forEach(statement)
        break
      case 'let':
      case 'var':
        bound.add(s.name)
        expr(s.value)
        break
      case 'assign':
        expr(s.value)
        break
      case 'store':
        touch(s.array, true)
        expr(s.index)
        expr(s.value)
        break
      case 'for':
        expr(s.from)
        expr(s.to)
        bound.add(s.variable)
        s.body.forEach(statement)
        break
      case 'if':
        expr(s.condition)
        s.then.forEach(statement)
        s.else?.forEach(statement)
        break
    }
  }
  const step = (s: Step): void => {
    switch (s.kind) {
      case 'region':
        s.body.forEach(statement)
        break
      case 'for':
        expr(s.from)
        expr(s.to)
        bound.add(s.variable)
        s.body.forEach(step)
        break
      case 'let':
        bound.add(s.name)
        expr(s.value)
        break
      case 'if':
        expr(s.condition)
        s.body.forEach(step)
        break
    }
  }
  draft.body.forEach(step)
  return {
    name: draft.name,
    doc: draft.doc,
    bindings: [...touched.values()],
    uniforms: [...used].filter((n) => !bound.has(n)),
    workgroupSize: draft.workgroupSize,
    workgroup: draft.workgroup ?? [],
    private: draft.private ?? [],
    body: draft.body,
  }
}

/** Tables hold whole numbers, every other buffer holds `f32`. */
const elementOf = (array: string): ElementType => (array.startsWith('table.') ? 'i32' : 'f32')
