/** Starts this tab's worker. The one place in which the page makes a script's address, and so the one policy of Trusted Types. */
import workerUrl from '../worker.ts?worker&url'

interface ScriptPolicy {
  createScriptURL(url: string): string
}

interface TrustedTypes {
  createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy
}

export function startPeerWorker(): void {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes }
  const rules: ScriptPolicy = { createScriptURL: (url) => url }
  const policy = trustedTypes?.createPolicy('sealpost-worker', rules) ?? rules
  new Worker(policy.createScriptURL(workerUrl), { type: 'module', name: 'sealpost peer' })
}
