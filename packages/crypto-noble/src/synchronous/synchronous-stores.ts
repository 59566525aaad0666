import type { EngineStores } from '@sealpost/crypto'

/** What an engine reads and writes, answered at once. */
export type SynchronousStores = {
  readonly [Name in keyof EngineStores]: (
    ...given: Parameters<EngineStores[Name]>
  ) => Awaited<ReturnType<EngineStores[Name]>>
}
