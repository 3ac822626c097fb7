// Evaluated before any other module of the library, since errors/ stands below all of them. In an older Node nothing
// here may fail to parse or link, so dist/ has no syntax newer than es2023 and imports no name that Node 20 lacks.
const NEEDED = '22.18'

/**
 * Why this Node cannot run the library, or undefined where it can.
 *
 * @internal
 */
export function tooOld(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [neededMajor = 0, neededMinor = 0] = NEEDED.split('.').map(Number)
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return undefined
  return (
    `manyhands needs Node.js ${NEEDED} or newer, and this is ${version} (${process.execPath}); ` +
    'install one from https://nodejs.org or with your version manager, such as `nvm install 24`'
  )
}

const reason = tooOld(process.versions.node)
if (reason !== undefined) {
  const error = new Error(reason)
  // The way here is of no use to who reads it; the line alone is.
  error.stack = reason
  throw error
}
