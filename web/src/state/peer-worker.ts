/** Starts this tab's worker. */
import { scriptAddress } from './script-policy.ts'

export function startPeerWorker(): void {
  new Worker(scriptAddress('peer'), { type: 'module', name: 'sealpost peer' })
}
