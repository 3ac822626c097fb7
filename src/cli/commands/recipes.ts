import { recipes } from '../../recipes/index.ts'
import { stdout } from '../formats/sink.ts'
import { styleOf } from '../terminal/style.ts'
import { table } from '../terminal/table.ts'

/** `manyhands recipes` */
export async function listRecipes({ json }: { readonly json?: true }): Promise<void> {
  const list = Array.from(recipes.values(), ({ name, description, extensions }) => ({ name, description, extensions }))
  if (json) return stdout.write(`${JSON.stringify(list, null, 2)}\n`)
  const style = styleOf(process.stdout)
  const rows = list.map(({ name, description, extensions }) => [name, extensions.join(' ') || 'all files', description])
  const lines = table([{ title: 'recipe' }, { title: 'of folders' }, { title: 'what it does' }], rows, style)
  await stdout.write(`${lines.join('\n')}\n`)
}
