/** A scenario to begin with. Everything in it but the first two lines may go: it is then as the shipped default has it. */
export function newScenarioText(name: string): string {
  return `sealpost-sim: 1
extends: builtin:default
name: ${JSON.stringify(name)}

# What do you want to know? It stands at the head of the report.
question: Does it matter for how long relays are away?

# Virtual time. What happens during the warm-up is not counted.
duration: 3h
warmUp: 30m

# object is fast; wire encodes every frame, and gives the same trace.
fidelity: object

# People, each with one device, and where they are; the shares add up to 1.
clients:
  count: 50
  regions: {EU-W: 0.5, NA: 0.5}

# Each mailbox is kept by so many of them.
relays:
  count: 6
  replicas: 3
  regions: {EU-W: 0.5, NA: 0.5}

network:
  # Round-trip times between regions, and the spread of each trip.
  rttMs: builtin:ripe-atlas-2025
  jitterSigma: 0.25

# When people are online: weibull, always-on, flash-crowd, trace.
churn:
  model: weibull
  meanSession: 30m
  sessionsPerDay: 12

# What they write, each a day.
workload:
  messagesPerDay: 50

# What goes wrong, when, for how long, at whom.
faults:
  - {at: 2h, for: 20m, action: crash, nodes: {kind: relay, share: 0.3}, losesUnsynced: true}

# What must come of it: where it does not, the run ends with 1.
expect:
  deliveryRatio: {min: 0.9}

# Each choice of one value for each path is a variant, run with as many seeds.
sweep:
  faults.0.for: [5m, 20m, 1h]
  seeds: 3
`
}
