/** Starts this tab's worker, and lends it what only pages have. */
import { hostPeerConnections } from './peer-connections.ts'
import { scriptAddress } from './script-policy.ts'

export function startPeerWorker(): void {
  hostPeerConnections(new Worker(scriptAddress('peer'), { type: 'module', name: 'sealpost peer' }))
}
