import { NotFoundError } from '@libp2p/interface'
import type { Libp2pOptions } from 'libp2p'

type Datastore = NonNullable<Libp2pOptions['datastore']>

/**
 * A datastore that keeps nothing. libp2p's peer store writes an entry for every node key it ever met and forgets it only
 * when that same key comes again; our clients draw a node key at each start, so a relay would grow with every one of them.
 */
export function forgetfulDatastore(): Datastore {
  return {
    put: (key) => key,
    putMany: async function* (source) {
      for await (const { key } of source) {
        yield key
      }
    },
    get: () => {
      throw new NotFoundError()
    },
    getMany: async function* () {},
    has: () => false,
    delete: () => undefined,
    deleteMany: async function* (source) {
      yield* source
    },
    batch: () => ({ put: () => undefined, delete: () => undefined, commit: () => undefined }),
    query: async function* () {},
    queryKeys: async function* () {}
  }
}
