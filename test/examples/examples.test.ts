// Every TypeScript example of README.md, docs/ and TSDoc compiles, runs to its end and prints what it says it prints.
import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { after, describe, test } from 'node:test'
import type { Block } from './extract.ts'
import { documentedBlocks, Workshop } from './check.ts'

const workshop = new Workshop(documentedBlocks())
after(() => workshop.remove())
const problems = workshop.compile()

const isRun = (block: Block) => !block.noRun && block.fixture === undefined

describe('examples of the documentation', { concurrency: availableParallelism() }, () => {
  for (const block of workshop.blocks) {
    test(`${block.document}:${block.line}`, async () => {
      const wrong = problems.get(block)?.join('\n') || (isRun(block) && (await workshop.run(block)))
      if (wrong) assert.fail(wrong)
    })
  }
})
