import { main } from './main.ts'
import { processTerminal } from './terminal.ts'

/** Whoever reads our output may stop reading (`mix explain … | head`). */
const endWithReader = (error: NodeJS.ErrnoException): void => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
}

process.stdout.on('error', endWithReader)
process.stderr.on('error', endWithReader)
process.exitCode = await main(process.argv.slice(2), processTerminal())
