import { format } from 'node:util'

/**
 * Lets `process.exit` take what Python's `sys.exit` takes, where Node throws: true and false are 1 and 0, and anything
 * that is no exit code is printed to stderr and means 1.
 */
export function acceptExitForms(): void {
  const exit = process.exit.bind(process)
  process.exit = (...args: readonly unknown[]): never => {
    const [code] = args
    // Not exit(undefined), which Node takes for an exit code: it would cover process.exitCode.
    if (code === undefined) return exit()
    if (code === null || typeof code === 'number') return exit(code)
    if (typeof code === 'boolean') return exit(Number(code))
    if (typeof code === 'string' && /^-?\d+$/.test(code)) return exit(code)
    process.stderr.write(`${format(code)}\n`)
    return exit(1)
  }
}
