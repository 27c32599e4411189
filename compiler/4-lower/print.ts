import { bug } from '../pass.ts'
import { print as printRational } from '../rational.ts'
import type { ArrayDeclaration, Expr, LoopProgram, Statement, Step } from './loop-ir.ts'

/** A program as text to read, in no target's language: what `explain --trace` shows and tests compare. */
export const print = (program: LoopProgram): string => {
  const head = [
    `${program.name}: ${program.doc.replaceAll(/\s+/g, ' ').trim()}`,
    ...program.bindings.map((b) => `  ${b.access === 'read' ? 'in' : 'in out'} ${b.name}: ${b.element}[]`),
    ...(program.uniforms.length === 0 ? [] : [`  uniform ${program.uniforms.join(', ')}`]),
    `  ${program.workgroupSize} lanes`,
    ...program.workgroup.map((array) => `  shared ${printArray(array)}`),
    ...program.private.map((array) => `  private ${printArray(array)}`),
  ]
  return `${[...head, ...program.body.flatMap((s) => printStep(s)).map((line) => `  ${line}`)].join('\n')}\n`
}

const printArray = ({ name, element, size }: ArrayDeclaration): string => `${name}: ${element}[${size}]`

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`)

const printStep = (s: Step): string[] => {
  switch (s.kind) {
    case 'region':
      return [`region "${s.note}"`, ...indented(s.body.flatMap(printStatement))]
    case 'let':
      return [`let ${s.name} = ${printExpr(s.value)}`]
    case 'for':
      return [
        `for ${s.variable} in ${printExpr(s.from)}..${printExpr(s.to)}`,
        ...indented(s.body.flatMap(printStep)),
      ]
    case 'if':
      return [`if ${printExpr(s.condition)}`, ...indented(s.body.flatMap(printStep))]
    default: {
      const never: never = s
      return bug(`no such step: ${JSON.stringify(never)}`)
    }
  }
}

const printStatement = (s: Statement): string[] => {
  const body = (statements: readonly Statement[]): string[] => indented(statements.flatMap(printStatement))
  switch (s.kind) {
    case 'each':
      return [`each ${s.variable} in 0..${printExpr(s.count)}`, ...body(s.body)]
    case 'let':
    case 'var':
      return [`${s.kind} ${s.name}: ${s.type} = ${printExpr(s.value)}`]
    case 'assign':
      return [`${s.name} = ${printExpr(s.value)}`]
    case 'store':
      return [`${s.array}[${printExpr(s.index)}] = ${printExpr(s.value)}`]
    case 'for': {
      const how = `${s.down === true ? ' down' : ''}${s.unroll === true ? ' unrolled' : ''}`
      return [`for ${s.variable} in ${printExpr(s.from)}..${printExpr(s.to)}${how}`, ...body(s.body)]
    }
    case 'if': {
      const otherwise = s.else !== undefined && s.else.length > 0 ? ['else', ...body(s.else)] : []
      return [`if ${printExpr(s.condition)}`, ...body(s.then), ...otherwise]
    }
    default: {
      const never: never = s
      return bug(`no such statement: ${JSON.stringify(never)}`)
    }
  }
}

const strength: Readonly<Record<string, number>> = {
  '||': 1, '&&': 2, '==': 3, '!=': 3, '<': 3, '<=': 3, '>': 3, '>=': 3, '+': 4, '-': 4, '*': 5, '/': 5, '%': 5,
} // prettier-ignore

/** `around`: how strongly what stands around binds; parentheses only where they are needed. */
export const printExpr = (expr: Expr, around = 0): string => {
  switch (expr.kind) {
    case 'real': {
      const text = printRational(expr.value)
      // Real numbers are told from whole ones by their point.
      return /^-?[0-9]+$/.test(text) ? `${text}.` : `(${text})`
    }
    case 'infinity':
      return expr.sign === 1 ? 'inf' : '-inf'
    case 'int':
    case 'bool':
      return String(expr.value)
    case 'name':
      return expr.name
    case 'load':
      return `${expr.array}[${printExpr(expr.index)}]`
    case 'negate':
      return `-${printExpr(expr.value, 6)}`
    case 'not':
      return `!${printExpr(expr.value, 6)}`
    case 'binary': {
      const own = strength[expr.op]
      const text = `${printExpr(expr.left, own)} ${expr.op} ${printExpr(expr.right, own + 1)}`
      return own < around ? `(${text})` : text
    }
    case 'select': {
      const text = `${printExpr(expr.condition, 1)} ? ${printExpr(expr.then, 1)} : ${printExpr(expr.else)}`
      return around > 0 ? `(${text})` : text
    }
    case 'call':
      return `${expr.fn}(${expr.args.map((arg) => printExpr(arg)).join(', ')})`
    case 'real-of':
      return `real(${printExpr(expr.value)})`
    case 'int-of':
      return `int(${printExpr(expr.value)})`
    case 'int-min':
      return `min(${printExpr(expr.left)}, ${printExpr(expr.right)})`
    case 'int-max':
      return `max(${printExpr(expr.left)}, ${printExpr(expr.right)})`
  }
}
