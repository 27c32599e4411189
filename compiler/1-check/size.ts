/**
 * Sizes: what stands between the angle brackets. A size is an expression in dims; two sizes are the same
 * when they are the same polynomial, so that `2 * D` and `D + D` agree while K and V do not, even where both are 64.
 */
export type Size =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'dim'; readonly name: string }
  | {
      readonly kind: 'apply'
      readonly op: '+' | '-' | '*' | '/' | '%'
      readonly left: Size
      readonly right: Size
    }

export type Dims = Readonly<Record<string, number>>

export const number = (value: number): Size => ({ kind: 'number', value })
export const dim = (name: string): Size => ({ kind: 'dim', name })
export const apply = (op: '+' | '-' | '*' | '/' | '%', left: Size, right: Size): Size =>
  left.kind === 'number' && right.kind === 'number'
    ? number(compute(op, left.value, right.value))
    : { kind: 'apply', op, left, right }

export const unit = number(1)

const compute = (op: '+' | '-' | '*' | '/' | '%', a: number, b: number): number => {
  switch (op) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return Math.floor(a / b)
    case '%':
      return a % b
  }
}

/** The number that a size comes to. Throws where a dim has no value: callers check that first. */
export const evaluate = (size: Size, dims: Dims): number => {
  switch (size.kind) {
    case 'number':
      return size.value
    case 'dim':
      if (!(size.name in dims)) throw new Error(`no value for the dim ${size.name}`)
      return dims[size.name]
    case 'apply':
      return compute(size.op, evaluate(size.left, dims), evaluate(size.right, dims))
  }
}

/** A polynomial: monomial (its dims in order, joined by `·`) → coefficient. */
type Polynomial = ReadonlyMap<string, number>

const polynomial = (size: Size): Polynomial => {
  switch (size.kind) {
    case 'number':
      return new Map(size.value === 0 ? [] : [['', size.value]])
    case 'dim':
      return new Map([[size.name, 1]])
    case 'apply': {
      const left = polynomial(size.left)
      const right = polynomial(size.right)
      const result = new Map<string, number>()
      const put = (key: string, value: number) => {
        const sum = (result.get(key) ?? 0) + value
        if (sum === 0) result.delete(key)
        else result.set(key, sum)
      }
      switch (size.op) {
        case '+':
        case '-':
          for (const [key, value] of left) put(key, value)
          for (const [key, value] of right) put(key, size.op === '+' ? value : -value)
          return result
        case '*':
          for (const [a, x] of left)
            for (const [b, y] of right) {
              const factors = [...a.split('·'), ...b.split('·')].filter((f) => f !== '').sort()
              put(factors.join('·'), x * y)
            }
          return result
        case '/': {
          const divisor = right.size === 1 ? (right.get('') ?? 0) : 0
          if (divisor !== 0 && [...left.values()].every((v) => v % divisor === 0)) {
            for (const [key, value] of left) put(key, value / divisor)
            return result
          }
          return new Map([[`(${show(left)}/${show(right)})`, 1]])
        }
        case '%':
          return new Map([[`(${show(left)}%${show(right)})`, 1]])
      }
    }
  }
}

const show = (p: Polynomial): string => {
  const terms = [...p].sort(([a], [b]) => (a === b ? 0 : a === '' ? 1 : b === '' ? -1 : a < b ? -1 : 1))
  if (terms.length === 0) return '0'
  return terms
    .map(([key, value], i) => {
      const sign = value < 0 ? (i === 0 ? '-' : ' - ') : i === 0 ? '' : ' + '
      const magnitude = Math.abs(value)
      const factors = key.replaceAll('·', '*')
      return sign + (key === '' ? magnitude : magnitude === 1 ? factors : `${magnitude}*${factors}`)
    })
    .join('')
}

/** Canonical text: equal sizes print alike. */
export const printSize = (size: Size): string => show(polynomial(size))
export const sameSize = (a: Size, b: Size): boolean => printSize(a) === printSize(b)
export const isUnit = (size: Size): boolean => printSize(size) === '1'

/** Put sizes in place of dims; what the function does not know stays. */
export const substitute = (size: Size, put: (name: string) => Size | undefined): Size => {
  switch (size.kind) {
    case 'number':
      return size
    case 'dim':
      return put(size.name) ?? size
    case 'apply':
      return apply(size.op, substitute(size.left, put), substitute(size.right, put))
  }
}

/** The dims that a size depends on; those that cancel are not among them. */
export const dimsIn = (size: Size): readonly string[] => [
  ...new Set([...polynomial(size).keys()].flatMap((key) => key.match(/[\p{L}_?][\p{L}\p{N}_?]*/gu) ?? [])),
]

/** The same size, shorter where terms cancel: `j + 2 - j` ⇒ `2`. */
export const simplify = (size: Size): Size => {
  const terms = [...polynomial(size)]
  if (terms.some(([key]) => key.includes('('))) return size
  return terms.reduce<Size>((sum, [key, value]) => {
    const factors = key === '' ? [] : key.split('·').map(dim)
    const product = factors.reduce<Size>(
      (a, b) => (a.kind === 'number' && a.value === 1 ? b : apply('*', a, b)),
      unit,
    )
    const term = Math.abs(value) === 1 ? product : apply('*', number(Math.abs(value)), product)
    if (sum.kind === 'number' && sum.value === 0) return value < 0 ? apply('-', number(0), term) : term
    return apply(value < 0 ? '-' : '+', sum, term)
  }, number(0))
}

/** The factor of `name` in a size that is linear in it, else undefined: 1 for t in `t - w + 1`, 0 where it does not occur. */
export const coefficientOf = (size: Size, name: string): number | undefined => {
  if (!dimsIn(size).includes(name)) return 0
  const found = [...polynomial(size)].filter(([key]) =>
    key.match(/[\p{L}_?][\p{L}\p{N}_?]*/gu)?.includes(name),
  )
  return found.length === 1 && found[0][0] === name ? found[0][1] : undefined
}

/** The whole number that a size comes to whatever its dims, if it does. */
export const constantOf = (size: Size): number | undefined => {
  const terms = polynomial(size)
  if (terms.size === 0) return 0
  return terms.size === 1 ? terms.get('') : undefined
}

/** What `name` must be so that `size` is 0: `2*n - K` has no whole answer, `2*n - 4*K` has `2*K`. */
export const solveFor = (size: Size, name: string): Size | undefined => {
  const factor = coefficientOf(size, name)
  if (factor === undefined || factor === 0) return undefined
  const rest = substitute(size, (n) => (n === name ? number(0) : undefined))
  if (factor === 1) return simplify(apply('-', number(0), rest))
  if (factor === -1) return simplify(rest)
  const answer = apply('/', apply('-', number(0), rest), number(factor))
  const remainder = polynomial(answer)
  return [...remainder.keys()].some((key) => key.includes('(')) ? undefined : simplify(answer)
}

export const negated = (size: Size): Size => apply('-', number(0), size)
