import { recipes } from '../../recipes/index.ts'
import { stdout } from '../formats/sink.ts'
import { stdoutColumns } from '../terminal/labelled.ts'
import { styleOf } from '../terminal/style.ts'
import { wrap } from '../terminal/width.ts'

/** `manyhands recipes` */
export async function listRecipes({ json }: { readonly json?: true }): Promise<void> {
  const list = Array.from(recipes.values(), ({ name, description, extensions }) => ({ name, description, extensions }))
  if (json) return stdout.write(`${JSON.stringify(list, null, 2)}\n`)
  const style = styleOf(process.stdout)
  const columns = Math.min(100, stdoutColumns()) - 2
  const lines = list.flatMap(({ name, description, extensions }) => [
    `${style.bold(name)}${extensions.length > 0 ? style.dim(` for ${extensions.join(' ')}`) : ''}`,
    ...wrap(description, columns).map((line) => `  ${line}`),
  ])
  await stdout.write(`${lines.join('\n')}\n`)
}
