/**
 * Makes a plan that fails as small as it gets: leaves out kinds of steps, then halves, quarters and single ones of them, clients and
 * relays, and makes times shorter, as long as it goes on failing.
 */
import type { HuntPlan, Step } from './plan.ts'

export interface ShrinkOptions {
  /** Plays at most. */
  readonly playsMax: number
}

/** How often a plan is played while it is shrunk, where nobody says. */
const PLAYS_MAX = 400

/** @param isFailing plays a plan; the given one fails. */
export async function shrinkPlan(
  plan: HuntPlan,
  isFailing: (plan: HuntPlan) => boolean | Promise<boolean>,
  { playsMax }: ShrinkOptions = { playsMax: PLAYS_MAX }
): Promise<HuntPlan> {
  let best = plan
  let plays = 0
  const attempt = async (candidate: HuntPlan | undefined): Promise<void> => {
    if (candidate !== undefined && plays < playsMax) {
      plays += 1
      best = (await isFailing(candidate)) ? candidate : best
    }
  }
  for (let before: HuntPlan | undefined; before !== best && plays < playsMax;) {
    before = best
    for (const type of new Set(best.steps.map((step) => step.type))) {
      await attempt({ ...best, steps: best.steps.filter((step) => step.type !== type) })
    }
    for (let size = Math.ceil(best.steps.length / 2); size > 0; size = Math.floor(size / 2)) {
      for (let at = best.steps.length - size; at > -size; at -= size) {
        await attempt(withoutSteps(best, Math.max(0, at), at + size))
      }
    }
    for (let client = best.clients.length - 1; client >= 0; client--) {
      await attempt(withoutClient(best, client))
    }
    for (let relay = best.relayCount - 1; relay >= 0; relay--) {
      await attempt(withoutRelay(best, relay))
    }
    for (const simpler of simplerOnes(best)) {
      await attempt(simpler(best))
    }
  }
  return best
}

function withoutSteps(plan: HuntPlan, from: number, to: number): HuntPlan | undefined {
  const steps = [...plan.steps.slice(0, from), ...plan.steps.slice(to)]
  return steps.length === plan.steps.length ? undefined : { ...plan, steps }
}

/** What of a plan is simpler otherwise. */
function simplerOnes(plan: HuntPlan): readonly ((plan: HuntPlan) => HuntPlan)[] {
  const last = plan.steps.at(-1)?.atMs ?? 0
  return [
    ...(plan.isWire ? [(one: HuntPlan) => ({ ...one, isWire: false })] : []),
    ...(plan.jitter > 0 ? [(one: HuntPlan) => ({ ...one, jitter: 0 })] : []),
    ...(plan.hasLastWord ? [(one: HuntPlan) => ({ ...one, hasLastWord: false })] : []),
    ...(plan.endMs > last ? [(one: HuntPlan) => ({ ...one, endMs: last })] : []),
    ...(plan.endMs > 1_000 ? [halved] : []),
    ...(plan.steps.some(isSeveral) ? [onlyOnes] : [])
  ]
}

/** Everything happens in half the time. */
function halved(plan: HuntPlan): HuntPlan {
  const half = (ms: number): number => Math.floor(ms / 2)
  const steps = plan.steps.map((step) => {
    const at = { ...step, atMs: half(step.atMs) }
    return 'forMs' in at ? { ...at, forMs: half(at.forMs) } : at
  })
  return { ...plan, endMs: half(plan.endMs), steps }
}

function isSeveral(step: Step): boolean {
  return step.type === 'write' && (step.count > 1 || step.bytes > 0)
}

function onlyOnes(plan: HuntPlan): HuntPlan {
  return {
    ...plan,
    steps: plan.steps.map((step) =>
      step.type === 'write' ? { ...step, count: 1, bytes: 0 } : step
    )
  }
}

/** Undefined where there would be too few. */
function withoutClient(plan: HuntPlan, gone: number): HuntPlan | undefined {
  const pairs = plan.pairs.filter((pair) => !pair.includes(gone))
  if (pairs.length === 0) {
    return undefined
  }
  const renamed = (client: number): number => (client > gone ? client - 1 : client)
  return {
    ...plan,
    clients: plan.clients.filter((_, client) => client !== gone),
    pairs: pairs.map(([one, other]) => [renamed(one), renamed(other)] as const),
    steps: plan.steps.flatMap((step) => {
      if (namesClient(step, gone)) {
        return []
      }
      const to = 'to' in step ? { to: renamed(step.to) } : {}
      const client = 'client' in step ? { client: renamed(step.client) } : {}
      const clients = 'clients' in step ? { clients: without(step.clients, gone) } : {}
      return [{ ...step, ...to, ...client, ...clients }]
    })
  }
}

function namesClient(step: Step, client: number): boolean {
  return ('client' in step && step.client === client) || ('to' in step && step.to === client)
}

/** Undefined where there would be none. */
function withoutRelay(plan: HuntPlan, gone: number): HuntPlan | undefined {
  if (plan.relayCount === 1) {
    return undefined
  }
  const clients = plan.clients.map(({ relays }) => ({ relays: another(without(relays, gone)) }))
  const steps = plan.steps.flatMap((step): readonly Step[] => {
    if ('relay' in step) {
      const relay = step.relay > gone ? step.relay - 1 : step.relay
      return step.relay === gone ? [] : [{ ...step, relay }]
    }
    return ['relays' in step ? { ...step, relays: another(without(step.relays, gone)) } : step]
  })
  return { ...plan, relayCount: plan.relayCount - 1, clients, steps }
}

/** Nobody is without any. */
function another(relays: readonly number[]): readonly number[] {
  return relays.length === 0 ? [0] : relays
}

/** The numbers but one, and those above it one less. */
function without(numbers: readonly number[], gone: number): readonly number[] {
  return numbers.filter((one) => one !== gone).map((one) => (one > gone ? one - 1 : one))
}
