/** `true` where two types are the same, `false` where they are only assignable to each other. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Compiles only where the two types are the same: `same<typeof result, string[]>()`. */
export function same<A, B>(..._proof: Same<A, B> extends true ? [] : [theyDiffer: never]): void {}
