import type { Type } from './layer.ts'
import { isUnit, printSize, unit, type Size } from './size.ts'

export const scalar: Type = { element: 'real', rows: unit, cols: unit }
export const condition: Type = { element: 'bool', rows: unit, cols: unit }
export const vector = (size: Size, element: Type['element'] = 'real'): Type => ({
  element,
  rows: size,
  cols: unit,
})
export const matrix = (rows: Size, cols: Size, element: Type['element'] = 'real'): Type => ({
  element,
  rows,
  cols,
})

export const isScalar = (type: Type): boolean => isUnit(type.rows) && isUnit(type.cols)
export const isColumn = (type: Type): boolean => isUnit(type.cols)
export const isRow = (type: Type): boolean => isUnit(type.rows)

/** A type as the language spells it; a row is the transpose of a vector. */
export const printType = (type: Type): string => {
  const shape = isScalar(type)
    ? 'scalar'
    : isColumn(type)
      ? `vec<${printSize(type.rows)}>`
      : isRow(type)
        ? `vec<${printSize(type.cols)}>.T`
        : `mat<${printSize(type.rows)}, ${printSize(type.cols)}>`
  const named =
    type.element === 'complex'
      ? `complex ${shape}`
      : type.element === 'bool' && shape === 'scalar'
        ? 'condition'
        : type.element === 'bool'
          ? `condition ${shape}`
          : shape
  return type.count ? `${named}[${printSize(type.count)}]` : named
}
