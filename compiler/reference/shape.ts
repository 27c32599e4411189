import type { Type } from '../1-check/layer.ts'
import { evaluate, type Dims, type Size } from '../1-check/size.ts'

const isOne = (size: Size): boolean => size.kind === 'number' && size.value === 1

/**
 * What follows batch, token and head in a tensor: nothing for a scalar, `[N]` for a vector, `[N, M]` for a matrix (also
 * where its dims come to 1); an array's axis first, a complex number's two parts last.
 */
export const shapeOf = (type: Type, dims: Dims): readonly number[] => {
  const [rows, cols] = [evaluate(type.rows, dims), evaluate(type.cols, dims)]
  const inner = !isOne(type.cols) ? [rows, cols] : isOne(type.rows) ? [] : [rows]
  return [
    ...(type.count ? [evaluate(type.count, dims)] : []),
    ...inner,
    ...(type.element === 'complex' ? [2] : []),
  ]
}
