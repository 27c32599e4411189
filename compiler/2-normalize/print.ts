import { isOne, isZero, joinTerms, negate } from './polynomial.ts'
import type { Polynomial } from './polynomial.ts'
import type { LayerProgram, MicroOp, OutputProgram, StateProgram } from './state-program.ts'

const sum = (parts: readonly string[]): string => joinTerms(parts.filter((p) => p !== '0' && p !== '')) || '0'

const times = (coefficient: Polynomial, what: string): string => {
  if (isOne(coefficient)) return what
  if (isOne(negate(coefficient))) return `-${what}`
  return coefficient.terms.length > 1 ? `(${coefficient.text})·${what}` : `${coefficient.text}·${what}`
}

const printOp = (op: MicroOp): string => {
  switch (op.kind) {
    case 'decay':
      return `decay ${op.axis === 'value' ? 'along V by ' : ''}${op.form === 'log' ? `exp(${op.value.text})` : op.value.text}`
    case 'read':
      return `read ${op.axis === 'value' ? 'along V ' : ''}${op.p.text} → ${op.id}`
    case 'write':
      return `write ${op.k.text}, ${sum([isZero(op.given) ? '' : op.given.text, ...op.terms.map((t) => times(t.coefficient, t.read))])}`
  }
}

const printState = (program: StateProgram): string =>
  [
    `state ${program.state}${program.transposed ? ' (transposed)' : ''}: ${program.K} × ${program.V}`,
    ...program.ops.map((op) => `  ${printOp(op)}`),
  ].join('\n')

const printOutput = (output: OutputProgram): string => {
  switch (output.kind) {
    case 'linear':
      return `out ${output.name} = ${sum([...output.reads.map((r) => r.read), output.direct.text])}`
    case 'function': {
      let text = output.value.text
      for (const read of output.reads) text = text.replaceAll(read.atom, read.read)
      return `out ${output.name} = ${text}`
    }
  }
}

/** The program as text: what `mix explain` shows. */
export const print = (program: LayerProgram): string =>
  [...program.states.map(printState), ...program.outputs.map(printOutput)].join('\n')
