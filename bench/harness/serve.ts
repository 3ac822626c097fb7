// The other side of contender.ts, for contenders in TypeScript.
import { createInterface } from 'node:readline'

export type Case = (parameters: Readonly<Record<string, unknown>>) => Promise<Record<string, number | string>>

/** Answers cases from stdin, one after another, until it ends. */
export async function serve(cases: Readonly<Record<string, Case>>, end?: () => Promise<unknown>): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const parameters = JSON.parse(line) as Record<string, unknown>
    const name = String(parameters['case'])
    let answer: object
    try {
      const run = cases[name]
      answer = run ? await run(parameters) : { error: `no case ${name}` }
    } catch (error) {
      answer = { error: error instanceof Error ? error.message : String(error) }
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`)
  }
  await end?.()
}
