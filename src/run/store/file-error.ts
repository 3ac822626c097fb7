import { StoreAccessError, StoreError, StoreFullError } from './errors.ts'

const NO_ACCESS = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP'])
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** An error of the file system as one of the store. */
export function fileError(path: string, error: unknown): unknown {
  if (error instanceof StoreError || !(error instanceof Error)) return error
  const { code = '' } = error as NodeJS.ErrnoException
  if (NO_ROOM.has(code)) return new StoreFullError(path, { cause: error })
  if (NO_ACCESS.has(code)) return new StoreAccessError(path, error.message, { cause: error })
  return error
}
