/**
 * The one policy by which this page makes addresses of scripts, and the two it can make: whatever else runs in the page, a third is never
 * started as a worker.
 */
import workerUrl from '../worker.ts?worker&url'

/** At the root, so that it stands before every page. */
const SERVICE_WORKER = '/service-worker.js'

interface ScriptPolicy {
  createScriptURL(name: string): string
}

interface TrustedTypes {
  createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy
}

const rules: ScriptPolicy = {
  createScriptURL: (name) => (name === 'peer' ? workerUrl : SERVICE_WORKER)
}
const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes }
const policy = trustedTypes?.createPolicy('sealpost-worker', rules) ?? rules

/** The address of a script, as the browser takes it. */
export function scriptAddress(name: 'peer' | 'service worker'): string {
  return policy.createScriptURL(name)
}
