import { apply, dim, dimsIn, sameSize, simplify, solveFor, substitute, type Size } from './size.ts'
import type { Type } from './layer.ts'

/**
 * Sizes that the context decides: that of `I`, and the `N` of a generic function at a call. They are dims whose
 * name starts with `?`, and are solved for as soon as two sizes must agree.
 */
export interface Unknowns {
  readonly fresh: () => Size
  /** Make two sizes agree if that can be; says whether they do. */
  readonly unify: (a: Size, b: Size) => boolean
  readonly resolve: (size: Size) => Size
  readonly resolveType: (type: Type) => Type
}

export const isUnknown = (name: string): boolean => name.startsWith('?')
export const hasUnknown = (size: Size): boolean => dimsIn(size).some(isUnknown)

/**
 * `derived` gives what a dim is computed from (`dim D = 2 * K`). Where two sizes agree only because of that, `assume`
 * hears which dims must keep to it.
 */
export const unknowns = (
  derived: (name: string) => Size | undefined = () => undefined,
  assume: (name: string) => void = () => {},
): Unknowns => {
  const solved = new Map<string, Size>()
  let count = 0

  const resolve = (size: Size): Size => {
    const found = substitute(size, (name) => {
      const answer = solved.get(name)
      return answer && resolve(answer)
    })
    return found === size || found.kind !== 'apply' ? found : simplify(found)
  }

  const unify = (a: Size, b: Size): boolean => {
    const [left, right] = [resolve(a), resolve(b)]
    if (agree(left, right)) return true
    const names = new Set<string>()
    const expand = (size: Size): Size =>
      substitute(size, (name) => {
        const value = derived(name)
        if (value) names.add(name)
        return value && expand(value)
      })
    const [longLeft, longRight] = [expand(left), expand(right)]
    if (names.size === 0 || !agree(longLeft, longRight)) return false
    for (const name of names) assume(name)
    return true
  }

  const agree = (left: Size, right: Size): boolean => {
    if (sameSize(left, right)) return true
    for (const [x, y] of [
      [left, right],
      [right, left],
    ])
      if (x.kind === 'dim' && isUnknown(x.name) && !dimsIn(y).includes(x.name)) {
        solved.set(x.name, y)
        return true
      }
    const difference = apply('-', left, right)
    for (const name of dimsIn(difference).filter(isUnknown)) {
      const answer = solveFor(difference, name)
      if (answer === undefined) continue
      solved.set(name, answer)
      return true
    }
    return false
  }

  return {
    fresh: () => dim(`?${count++}`),
    unify,
    resolve,
    resolveType: (type) => ({
      ...type,
      rows: resolve(type.rows),
      cols: resolve(type.cols),
      ...(type.count ? { count: resolve(type.count) } : {}),
    }),
  }
}
