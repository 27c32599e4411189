export { printWgsl } from './print.ts'
