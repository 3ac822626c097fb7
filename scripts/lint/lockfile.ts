// `npm ci` must work from package-lock.json on any platform and with any registry.
interface Locked {
  readonly resolved?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** What in a lock file would stop `npm ci` elsewhere. */
export function lockfileProblems(lock: { readonly packages: Readonly<Record<string, Locked>> }): string[] {
  const paths = Object.keys(lock.packages)
  return Object.entries(lock.packages).flatMap(([path, { resolved, dependencies, optionalDependencies }]) => {
    const missing = Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => !paths.some((other) => other.endsWith(`node_modules/${name}`)))
      .map((name) => `package-lock.json: ${path} needs ${name}, which is not locked`)
    return resolved === undefined ? missing : [...missing, `package-lock.json: ${path} names the registry it came from`]
  })
}
