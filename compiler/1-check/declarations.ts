import type * as ast from '../../grammar/ast.ts'
import type { Report } from './report.ts'

/** A member with the `for` that it stands in, if it does. */
export interface Placed<M> {
  readonly member: M
  readonly loop?: ast.For
}

/** The members of a mixer by kind, in the order written, those inside `for` with their loop. */
export interface Declarations {
  readonly dims: readonly ast.Dim[]
  readonly inputs: readonly ast.Input[]
  readonly params: readonly ast.Param[]
  readonly states: readonly ast.State[]
  readonly lets: readonly Placed<ast.Let>[]
  readonly updates: readonly Placed<ast.Update>[]
  readonly outputs: readonly ast.Output[]
}

/**
 * Sort the members of a mixer out. A `for` holds lets and updates, one of them deep. A name that is declared
 * twice is reported; the first declaration counts.
 */
export const declarationsOf = (mixer: ast.Mixer, report: Report): Declarations => {
  const found = {
    dims: [] as ast.Dim[],
    inputs: [] as ast.Input[],
    params: [] as ast.Param[],
    states: [] as ast.State[],
    lets: [] as Placed<ast.Let>[],
    updates: [] as Placed<ast.Update>[],
    outputs: [] as ast.Output[],
  }
  const first = new Map<string, ast.Name>()
  const isNew = (name: ast.Name): boolean => {
    const before = first.get(name.text)
    if (!before) {
      first.set(name.text, name)
      return true
    }
    report('duplicate-name', { name: name.text }, name.span, {
      labels: [{ span: before.span, message: `${name.text} is declared here first` }],
    })
    return false
  }
  const newOnes = <M extends { readonly names: readonly ast.Name[] }>(member: M): M => ({
    ...member,
    names: member.names.filter(isNew),
  })

  const place = (member: ast.Member, loop?: ast.For): void => {
    if (loop && member.kind !== 'let' && member.kind !== 'update') {
      report('not-inside-for', {}, member.span)
      return
    }
    switch (member.kind) {
      case 'dim':
        found.dims.push({ ...member, dims: member.dims.filter((d) => isNew(d.name)) })
        return
      case 'input':
        found.inputs.push(newOnes(member))
        return
      case 'param':
        found.params.push(newOnes(member))
        return
      case 'state':
        found.states.push(newOnes(member))
        return
      case 'let':
        if (isNew(member.name)) found.lets.push({ member, ...(loop ? { loop } : {}) })
        return
      case 'update':
        found.updates.push({ member, ...(loop ? { loop } : {}) })
        return
      case 'output':
        if (isNew(member.name)) found.outputs.push(member)
        return
      case 'for':
        for (const inner of member.members) place(inner, member)
        return
      default:
        member satisfies never
    }
  }
  for (const member of mixer.members) place(member)
  return found
}
