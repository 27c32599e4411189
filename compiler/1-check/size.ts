/**
 * Sizes: what stands between the angle brackets. A size is an expression in dims; two sizes are the same
 * when they are the same polynomial, so that `2 * D` and `D + D` agree while K and V do not, even where both are 64.
 */
export type Size =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'dim'; readonly name: string }
  | { readonly kind: 'apply'; readonly op: '+' | '-' | '*' | '/' | '%'; readonly left: Size; readonly right: Size }

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
  const terms = [...p].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
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
