import type { ArrayDeclaration, Expr, LoopProgram, Statement } from '../../4-lower/loop-ir.ts'
import { everyExpression, everyStatement } from '../../4-lower/walk.ts'
import { bug } from '../../pass.ts'
import { spellNames } from '../names.ts'
import { placeBarriers, type Barrier, type Guarded } from './barriers.ts'
import { declareFunctions, type FunctionName } from './functions.ts'
import { infinityLiteral, realLiteral } from './literal.ts'
import { reserved, spellings } from './spelling.ts'

/**
 * A program as a WGSL module with the entry point `main`: storage bindings 0 … n − 1 of group 0 in the program's
 * order, and, where there are any, the uniforms as one struct of `i32` at binding n.
 *
 * Valid for Tint and for Naga.
 */
export const printWgsl = (program: LoopProgram): string => {
  const { array: arrayName, value: name } = spellNames(program, reserved)
  const W = program.workgroupSize
  const scalars = new Set(program.private.filter((array) => array.size === 1).map((array) => array.name))
  const uniforms = new Set(program.uniforms)
  const variables = new Set<string>()
  everyStatement(program.body, (s) => {
    if (s.kind === 'var') variables.add(s.name)
  })
  const lines: string[] = []
  let depth = 0
  const put = (text: string): void => {
    lines.push('  '.repeat(depth) + text)
  }
  const block = (head: string, body: () => void): void => {
    put(`${head}{`)
    depth++
    body()
    depth--
    put('}')
  }

  const expr = (e: Expr): string => {
    switch (e.kind) {
      case 'real':
        return realLiteral(e.value)
      case 'infinity':
        return infinityLiteral(e.sign)
      case 'int':
        return e.value < 0 ? `(${e.value})` : String(e.value)
      case 'bool':
        return String(e.value)
      case 'name':
        return uniforms.has(e.name) ? `uniforms.${name(e.name)}` : name(e.name)
      case 'load':
        return place(e.array, e.index)
      case 'negate':
        return `(-${expr(e.value)})`
      case 'not':
        return `(!${expr(e.value)})`
      case 'binary':
        return `(${expr(e.left)} ${e.op} ${expr(e.right)})`
      case 'select':
        return `select(${expr(e.else)}, ${expr(e.then)}, ${expr(e.condition)})`
      case 'call': {
        const spelling = spellings[e.fn]
        const args = e.args.map(expr).join(', ')
        return spelling.kind === 'text' ? spelling.print(args) : `${spelling.name}(${args})`
      }
      case 'real-of':
        return `f32(${expr(e.value)})`
      case 'int-of':
        return `i32(${expr(e.value)})`
      case 'int-min':
        return `min(${expr(e.left)}, ${expr(e.right)})`
      case 'int-max':
        return `max(${expr(e.left)}, ${expr(e.right)})`
    }
  }

  const place = (array: string, index: Expr): string =>
    scalars.has(array) ? arrayName(array) : `${arrayName(array)}[${expr(index)}]`

  const statements = (body: readonly Statement[]): void => body.forEach(statement)

  const upwards = (variable: string, from: string, to: string, body: () => void): void => {
    const v = name(variable)
    block(`for (var ${v}: i32 = ${from}; ${v} < ${to}; ${v}++) `, body)
  }

  /** A bound is evaluated once, before the loop. */
  const bounded = (bound: Expr, variable: string, loop: (bound: string) => void): void => {
    if (bound.kind === 'int' || (bound.kind === 'name' && !variables.has(bound.name)))
      return loop(expr(bound))
    block('', () => {
      const end = `mix_end_${name(variable)}`
      put(`let ${end}: i32 = ${expr(bound)};`)
      loop(end)
    })
  }

  const statement = (s: Statement): void => {
    switch (s.kind) {
      case 'each': {
        const v = name(s.variable)
        const lane = name('lane')
        const body = (): void => statements(s.body)
        if (s.count.kind !== 'int' || s.count.value > W)
          return bounded(s.count, s.variable, (end) =>
            block(`for (var ${v}: i32 = ${lane}; ${v} < ${end}; ${v} += ${W}) `, body),
          )
        // No more work than lanes: no loop.
        return block(s.count.value === W ? '' : `if (${lane} < ${s.count.value}) `, () => {
          put(`let ${v}: i32 = ${lane};`)
          body()
        })
      }
      case 'let':
        return put(`let ${name(s.name)}: ${s.type} = ${expr(s.value)};`)
      case 'var':
        return put(`var ${name(s.name)}: ${s.type} = ${expr(s.value)};`)
      case 'assign':
        return put(`${name(s.name)} = ${expr(s.value)};`)
      case 'store':
        return put(`${place(s.array, s.index)} = ${expr(s.value)};`)
      case 'for': {
        const v = name(s.variable)
        const body = (): void => statements(s.body)
        if (s.down !== true)
          return bounded(s.to, s.variable, (end) => upwards(s.variable, expr(s.from), end, body))
        return bounded(s.from, s.variable, (end) =>
          block(`for (var ${v}: i32 = ${expr(s.to)} - 1; ${v} >= ${end}; ${v}--) `, body),
        )
      }
      case 'if':
        block(`if (${expr(s.condition)}) `, () => statements(s.then))
        if (s.else !== undefined && s.else.length > 0) block('else ', () => statements(s.else!))
        return
      default: {
        const never: never = s
        return bug(`no such statement: ${JSON.stringify(never)}`)
      }
    }
  }

  const barrier = (b: Barrier): void => {
    if (b.workgroup) put('workgroupBarrier();')
    if (b.storage) put('storageBarrier();')
  }

  const step = ({ step: s, barrier: before, body }: Guarded): void => {
    switch (s.kind) {
      case 'region':
        if (before !== undefined) barrier(before)
        if (s.note !== '') put(`// ${oneLine(s.note)}`)
        return block('', () => statements(s.body))
      case 'let':
        return put(`let ${name(s.name)}: i32 = ${expr(s.value)};`)
      case 'for':
        return bounded(s.to, s.variable, (end) =>
          upwards(s.variable, expr(s.from), end, () => body.forEach(step)),
        )
      case 'if':
        return block(`if (${expr(s.condition)}) `, () => body.forEach(step))
      default: {
        const never: never = s
        return bug(`no such step: ${JSON.stringify(never)}`)
      }
    }
  }

  const arrayType = (array: ArrayDeclaration): string =>
    scalars.has(array.name) ? array.element : `array<${array.element}, ${array.size}>`

  put(`// ${oneLine(program.name)}: ${oneLine(program.doc)}`)
  program.bindings.forEach((binding, i) =>
    put(
      `@group(0) @binding(${i}) var<storage, ${binding.access}> ${arrayName(binding.name)}: array<${binding.element}>;`,
    ),
  )
  if (program.uniforms.length > 0) {
    block('struct Uniforms ', () => program.uniforms.forEach((uniform) => put(`${name(uniform)}: i32,`)))
    put(`@group(0) @binding(${program.bindings.length}) var<uniform> uniforms: Uniforms;`)
  }
  for (const array of program.workgroup)
    put(`var<workgroup> ${arrayName(array.name)}: array<${array.element}, ${array.size}>;`)
  for (const text of declareFunctions(usedFunctions(program))) lines.push('', ...text.split('\n'))
  lines.push('', `@compute @workgroup_size(${W})`)
  const signature =
    'fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>, @builtin(local_invocation_index) invocation: u32) '
  block(signature, () => {
    put(`let ${name('lane')} = i32(invocation);`)
    for (const axis of ['x', 'y', 'z']) put(`let ${name(`group.${axis}`)} = i32(workgroup_id.${axis});`)
    for (const array of program.private) put(`var ${arrayName(array.name)}: ${arrayType(array)};`)
    placeBarriers(program).forEach(step)
  })
  return `${lines.join('\n')}\n`
}

const usedFunctions = (program: LoopProgram): ReadonlySet<FunctionName> => {
  const used = new Set<FunctionName>()
  everyExpression(program.body, (e) => {
    const spelling = e.kind === 'call' ? spellings[e.fn] : undefined
    if (spelling?.kind === 'own') used.add(spelling.name)
  })
  return used
}

/** A comment ends with its line, whatever kind of line end the text holds. */
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()
