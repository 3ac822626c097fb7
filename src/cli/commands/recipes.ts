import { recipes } from '../../recipes/index.ts'
import { stdout } from '../formats/sink.ts'
import { styleOf } from '../terminal/style.ts'
import { table } from '../terminal/table.ts'

/** `manyhands recipes` */
export async function listRecipes({ json }: { readonly json?: true }): Promise<void> {
  const list = recipes.values().map(({ name, description, extensions }) => ({ name, description, extensions })).toArray()
  if (json) return stdout.write(`${JSON.stringify(list, null, 2)}\n`)
  const rows = list.map(({ name, description, extensions }) => [name, extensions.length > 0 ? extensions.join(' ') : 'all', description])
  const columns = [{ title: 'Recipe' }, { title: 'Files of folders' }, { title: 'What it does' }]
  await stdout.write(`${table(columns, rows, styleOf(process.stdout)).join('\n')}\n`)
}
