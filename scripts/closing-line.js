import { readFileSync } from 'node:fs'

/** Print the result of a test run as one line, `N passed, N failed`, from the JSON that vitest wrote of it. */
const [, , path] = process.argv
let results
try {
  results = JSON.parse(readFileSync(path, 'utf8'))
} catch {
  // No test ran: what comes before them failed.
  console.log('0 passed, 1 failed')
  process.exit(1)
}
const { numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests, success } = results
// A file that does not even load has no tests that could fail.
const failed = Math.max(numFailedTests, success ? 0 : Math.max(1, numFailedTestSuites))
console.log(
  `${numPassedTests} passed, ${failed} failed${numPendingTests > 0 ? `, ${numPendingTests} skipped` : ''}`,
)
process.exit(success && failed === 0 && numPassedTests > 0 ? 0 : 1)
