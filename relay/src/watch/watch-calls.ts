import type { CallHandlers } from '../operator/operator-server.ts'
import type { RelayWatch } from './relay-watch.ts'

/** What is not as usual, and what is done about it. */
export function watchCalls(
  watch: RelayWatch
): Pick<CallHandlers, 'watch' | 'watch apply' | 'watch undo'> {
  return {
    watch: () => watch.remedies.answer,
    'watch apply': (params) =>
      watch.remedies.apply(params.optionalInteger('id') ?? 0, watch.nowMs()),
    'watch undo': (params) => watch.remedies.undo(params.optionalInteger('id') ?? 0, watch.nowMs())
  }
}
