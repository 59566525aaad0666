import { readFileSync } from 'node:fs'

/**
 * Who may import whom. A package names the packages below it and the libraries that it alone, or
 * with few others, may know; everything else is a violation. The map in words: packages/README.md.
 */
const PACKAGES = {
  'packages/protocol': { imports: [], libraries: ['@bufbuild/protobuf', 'uint8arrays'] },
  'packages/core': {
    imports: ['protocol'],
    libraries: ['@bufbuild/protobuf', '@noble/hashes', 'uint8arrays']
  },
  'packages/host': { imports: ['core', 'protocol'], libraries: [] },
  'packages/crypto': {
    imports: ['protocol'],
    libraries: ['@bufbuild/protobuf', '@noble/[^/]+', 'hash-wasm', 'uint8arrays']
  },
  'packages/client': {
    imports: ['core', 'crypto', 'host', 'protocol'],
    libraries: ['uint8arrays']
  },
  'packages/crypto-libsignal': {
    imports: ['crypto', 'protocol'],
    libraries: ['@signalapp/libsignal-client'],
    onNode: true
  },
  'packages/crypto-noble': { imports: ['crypto', 'protocol'], libraries: ['@noble/[^/]+'] },
  'packages/storage-level': { imports: ['host', 'protocol'], libraries: ['level'], onNode: true },
  'packages/storage-indexeddb': { imports: ['host', 'protocol'], libraries: [] },
  'packages/transport-libp2p': {
    imports: ['host', 'protocol'],
    libraries: [
      'libp2p',
      '@libp2p/[^/]+',
      '@chainsafe/[^/]+',
      '@multiformats/[^/]+',
      'uint8arraylist'
    ],
    onNode: true
  },
  'packages/local-socket': { imports: [], libraries: [], onNode: true },
  'packages/operator': { imports: ['protocol'], libraries: [] },
  'packages/dashboard': { imports: ['operator'], libraries: ['@preact/signals', 'preact'] },
  'packages/desk-page': { imports: ['client'], libraries: ['@preact/signals', 'preact'] },
  'packages/web-files': { imports: ['protocol'], libraries: [], onNode: true },
  'packages/cli': {
    imports: [
      'client',
      'crypto-libsignal',
      'host',
      'local-socket',
      'protocol',
      'storage-level',
      'transport-libp2p',
      'web-files'
    ],
    libraries: ['qr'],
    onNode: true
  },
  'packages/simulator': {
    imports: ['client', 'core', 'crypto', 'crypto-noble', 'host', 'protocol'],
    libraries: ['yaml'],
    onNode: true
  },
  'packages/full-stack': {
    imports: [
      'client',
      'core',
      'crypto-libsignal',
      'host',
      'protocol',
      'relay',
      'simulator',
      'transport-libp2p'
    ],
    libraries: [],
    onNode: true
  },
  relay: {
    imports: [
      'core',
      'host',
      'local-socket',
      'operator',
      'protocol',
      'storage-level',
      'transport-libp2p',
      'web-files'
    ],
    libraries: ['age-encryption', 'prom-client', 'qr', 'yaml'],
    onNode: true
  },
  web: {
    imports: [
      'client',
      'crypto-noble',
      'host',
      'protocol',
      'storage-indexeddb',
      'transport-libp2p'
    ],
    libraries: ['@preact/signals', 'preact', 'qr']
  }
}

/** The doors of a package are what its manifest exports. */
function doors(folder) {
  const manifest = JSON.parse(
    readFileSync(new URL(`../../${folder}/package.json`, import.meta.url))
  )
  return Object.entries(manifest.exports ?? {}).map(([name, file]) => ({
    // Suites for whoever implements a port, and what tests run machines with.
    isForTests: /^[.]\/(compliance|testing)$/.test(name),
    pattern: `^${folder}/${file.slice(2).replaceAll('.', '[.]')}$`
  }))
}

const ANY_DOOR = Object.keys(PACKAGES)
  .flatMap(doors)
  .map((door) => door.pattern)

function arrows([folder, { imports, libraries, onNode = false }]) {
  const below = imports
    .flatMap((name) => doors(name in PACKAGES ? name : `packages/${name}`))
    .filter((door) => !door.isForTests)
    .map((door) => door.pattern)
  const known = libraries.map((name) => `^node_modules/${name}/`)
  const name = folder.replace('packages/', '')
  return [
    {
      name: `${name}-imports-only-what-is-below`,
      severity: 'error',
      comment: `${name} may import its own files, the doors of [${imports.join(', ')}] and [${libraries.join(', ')}].`,
      from: { path: `^${folder}/src/` },
      to: {
        pathNot: [`^${folder}/src/`, ...below, ...known],
        dependencyTypesNot: ['core'],
        couldNotResolve: false
      }
    },
    ...(onNode
      ? []
      : [
          {
            name: `${name}-knows-no-platform`,
            severity: 'error',
            comment: `${name} runs wherever JavaScript does: what it needs of a platform comes through a port.`,
            from: { path: `^${folder}/src/` },
            to: { dependencyTypes: ['core'] }
          }
        ])
  ]
}

const OWN_TESTS = '^(packages/[^/]+|relay|web)/(?:test|bench)/'

export default {
  forbidden: [
    ...Object.entries(PACKAGES).flatMap(arrows),
    {
      name: 'every-package-has-its-arrows',
      severity: 'error',
      comment: 'A package that is not in the table of this file has no arrows yet.',
      from: {
        path: '^(packages/[^/]+|relay|web)/src/',
        pathNot: Object.keys(PACKAGES).map((folder) => `^${folder}/`)
      },
      to: {}
    },
    {
      name: 'what-is-imported-exists',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true }
    },
    {
      name: 'what-is-simulated-sees-no-world',
      severity: 'error',
      comment: 'A run knows no clock, no disk and no network but those that it simulates.',
      from: {
        path: '^packages/simulator/src/',
        pathNot: '^packages/simulator/src/(?:cli/|output/|main[.]ts$)'
      },
      to: { dependencyTypes: ['core'] }
    },
    {
      name: 'no-circles',
      severity: 'error',
      comment: 'Files that need each other are one idea, or hide a third.',
      from: {},
      to: { circular: true }
    },
    {
      name: 'tests-stay-with-their-package',
      severity: 'error',
      comment:
        'What tests of two packages share is a test door, or spans packages and lives in test/.',
      from: { path: OWN_TESTS },
      to: { path: ['^test/', OWN_TESTS], pathNot: '^$1/' }
    },
    {
      name: 'tests-enter-other-packages-by-a-door',
      severity: 'error',
      from: { path: OWN_TESTS },
      to: { path: '^(packages/[^/]+|relay|web)/src/', pathNot: ['^$1/src/', ...ANY_DOOR] }
    },
    {
      name: 'tests-across-packages-enter-by-a-door',
      severity: 'error',
      from: { path: '^test/' },
      to: {
        path: '^(packages/[^/]+|relay)/',
        pathNot: [...ANY_DOOR, '^relay/src/compose[.]ts$', '^(packages/[^/]+|relay)/bench/']
      }
    }
  ],
  options: {
    combinedDependencies: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/|^out/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.d.ts'],
      mainFields: ['module', 'main', 'types']
    }
  }
}
