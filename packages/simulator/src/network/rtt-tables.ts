/**
 * Round-trip times that are known, with where they are from. Figures are facts of public measurements or constants of other
 * simulators; the words of their licences stand beside them.
 */
import type { RttTable } from '../scenario/scenario.ts'

interface Figures {
  readonly name: string
  readonly source: string
  /** Each with the hours that clocks there are ahead of UTC, in the middle of the region and of the year. */
  readonly regions: readonly (readonly [name: string, hoursFromUtc: number])[]
  /** Of the first region to itself and all after it; then of the second, and so on. */
  readonly rttMs: readonly (readonly number[])[]
}

const RIPE_ATLAS: Figures = {
  name: 'builtin:ripe-atlas-2025',
  source:
    'RIPE Atlas, 1.53 billion pings of 29-31 March and 18-19 April 2025: ping-weighted medians of means by pair of countries, ' +
    'aggregated by country in input-output-hk/ouroboros-leios and by region here. Attribute RIPE NCC; the terms of its public data ' +
    'were not confirmed. NA to NA is 31 ms, as IBM Cloud measures Dallas to Washington DC: the 108 ms of the aggregate count ' +
    'targets that stand elsewhere. AFR to AFR is nearly South Africa alone: take it for too low.',
  regions: [
    ['NA', -6],
    ['LATAM', -4],
    ['EU-W', 1],
    ['EU-E', 2],
    ['MENA', 3],
    ['AFR', 2],
    ['S-ASIA', 5.5],
    ['E-ASIA', 8],
    ['SE-ASIA', 7],
    ['OCE', 10]
  ],
  rttMs: [
    [31, 181, 116.9, 138.3, 195.8, 219.7, 212.1, 130.1, 183.3, 192.1],
    [99.6, 206.7, 230.7, 295.3, 309.6, 345.4, 279.4, 342.7, 318],
    [43.2, 61.3, 129.8, 177.5, 180.7, 197.7, 185.9, 260.4],
    [60.1, 150.3, 190.1, 199.1, 216.9, 202.9, 290],
    [90.5, 253.9, 195, 220.9, 201.9, 245.3],
    [12.8, 316.9, 330.6, 319.6, 397.9],
    [44.2, 115.5, 110.6, 183],
    [52.4, 81.7, 158.7],
    [67.1, 153.7],
    [49.2]
  ]
}

const IBM_CLOUD: Figures = {
  name: 'builtin:ibm-cloud',
  source:
    'IBM Cloud, means of 30 days between its data centres (27 July to 25 August 2024; within one, 3 February to 3 March 2024): ' +
    'ibm-cloud-docs/vpc, network-latency.md. No licence stands beside the stored copy: facts only, attribute.',
  regions: [
    ['Dallas', -6],
    ['Toronto', -5],
    ['Washington DC', -5],
    ['Frankfurt', 1],
    ['London', 0],
    ['Madrid', 1],
    ['Osaka', 9],
    ['Sydney', 10],
    ['Tokyo', 9],
    ['Sao Paulo', -3]
  ],
  rttMs: [
    [2.07, 34, 31, 123, 113, 120.5, 150, 186, 143, 145],
    [1.88, 19, 93, 82.5, 107, 168.5, 214.5, 162, 128.5],
    [0.85, 91, 75, 87.5, 172, 214, 165, 118.5],
    [0.83, 13, 29, 231.5, 249.5, 233, 197],
    [2.08, 27, 243.5, 261, 243.5, 187.5],
    [0.7, 257, 275, 257, 208.5],
    [1.68, 122, 9, 292],
    [1.75, 115, 328],
    [1.75, 283.5],
    [2.31]
  ]
}

const SIMBLOCK: Figures = {
  name: 'builtin:simblock-2019',
  source:
    'SimBlock, LATENCY_2019 of NetworkConfiguration.java (dsg-titech/simblock, Apache-2.0). SimBlock waits so long one way, but the ' +
    'figures have the size of round trips (North America to Europe 124 ms) and are taken as such: its own runs are twice as slow.',
  regions: [
    ['NORTH_AMERICA', -6],
    ['EUROPE', 1],
    ['SOUTH_AMERICA', -3],
    ['ASIA_PACIFIC', 7],
    ['JAPAN', 9],
    ['AUSTRALIA', 10]
  ],
  rttMs: [
    [32, 124, 184, 198, 151, 189],
    [11, 227, 237, 252, 294],
    [88, 325, 301, 322],
    [85, 58, 198],
    [12, 126],
    [16]
  ]
}

const LIBP2P_TEST_PLANS: Figures = {
  name: 'builtin:libp2p-test-plans',
  source:
    'libp2p/test-plans, gossipsub-interop/network_graph.py as of July 2026 (MIT or Apache-2.0). Its figures are one-way delays of ' +
    "Shadow's edges: a round trip is here the sum of both ways. Several have the size of round trips already (na_east to europe 70 " +
    'ms one way, where 75 ms both ways are measured), so some paths are too slow: for comparison with runs over that graph.',
  regions: [
    ['australia', 10],
    ['east_asia', 8],
    ['europe', 1],
    ['na_west', -8],
    ['na_east', -5],
    ['south_america', -3],
    ['south_africa', 2],
    ['west_asia', 3]
  ],
  rttMs: [
    [4, 220, 330, 220, 300, 380, 440, 360],
    [8, 250, 200, 280, 350, 350, 220],
    [4, 220, 140, 280, 190, 120],
    [4, 120, 200, 320, 300],
    [4, 200, 260, 220],
    [14, 385, 290],
    [14, 220],
    [10]
  ]
}

function table({ name, source, regions, rttMs }: Figures): RttTable {
  const rttUs = regions.flatMap((_, from) =>
    regions.map((__, to) => {
      const figure = rttMs[Math.min(from, to)]?.[Math.abs(from - to)] ?? 0
      return Math.round(figure * 1000)
    })
  )
  return {
    name,
    source,
    regions: regions.map(([region]) => region),
    hoursFromUtc: regions.map(([, hours]) => hours),
    rttUs
  }
}

/** By the names that a scenario gives them. */
export const RTT_TABLES: ReadonlyMap<string, RttTable> = new Map(
  [RIPE_ATLAS, IBM_CLOUD, SIMBLOCK, LIBP2P_TEST_PLANS].map((figures) => [
    figures.name,
    table(figures)
  ])
)

/** What a scenario has that says nothing else. */
export const DEFAULT_RTT_TABLE: RttTable = table(RIPE_ATLAS)
