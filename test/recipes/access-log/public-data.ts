import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * The folder of real files beside the checkout, or where MANYHANDS_DATA says, and why to skip a test that needs `file`
 * of it.
 */
export function publicData(file: string): { folder: string; skip: string | false } {
  const beside = new URL('../../../../shared/data/public', import.meta.url)
  const folder = process.env['MANYHANDS_DATA'] ?? fileURLToPath(beside)
  const skip = existsSync(`${folder}/${file}`) ? false : `no ${file} in ${folder}; MANYHANDS_DATA may name the folder`
  return { folder, skip }
}
