/** The parts of a URL or of a request's target, as written: nothing is decoded. `''` where one is absent. */
export interface UrlParts {
  readonly scheme: string
  /** Name or address, with its port. */
  readonly host: string
  readonly path: string
  /** Without the `?`. */
  readonly query: string
  /** Without the `#`. */
  readonly fragment: string
}

/**
 * Takes a URL apart as `urllib.parse.urlsplit` does, except that `//x` is a path here: a log's targets begin with
 * their path, and scanners send such ones.
 *
 * @example
 * ```ts
 * import { splitUrl } from 'manyhands/recipes/access-log'
 *
 * console.log(splitUrl('https://example.org/a/b?c=d').path) // /a/b
 * ```
 */
export function splitUrl(url: string): UrlParts {
  const hash = url.indexOf('#')
  const beforeHash = hash === -1 ? url.length : hash
  const question = url.indexOf('?')
  const pathEnd = question === -1 || question > beforeHash ? beforeHash : question
  let pathStart = 0
  let scheme = ''
  let host = ''
  const colon = url.charCodeAt(0) === SLASH ? -1 : url.indexOf('://')
  if (colon > 0 && colon < pathEnd) {
    scheme = url.slice(0, colon)
    pathStart = url.indexOf('/', colon + 3)
    if (pathStart === -1 || pathStart > pathEnd) pathStart = pathEnd
    host = url.slice(colon + 3, pathStart)
  }
  return {
    scheme,
    host,
    path: url.slice(pathStart, pathEnd),
    query: pathEnd < beforeHash ? url.slice(pathEnd + 1, beforeHash) : '',
    fragment: hash === -1 ? '' : url.slice(hash + 1),
  }
}

const SLASH = 47
