export { printJs } from './print.ts'
