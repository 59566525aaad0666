/** What is said of the web client: of `sentences.ts`, which is one place for all. */
export const webSentences = {
  ready: (link: string): string => `Open ${link} in a browser here; Ctrl-C ends.`,
  noBuild:
    'No web client came with this sealpost. In a checkout, npm run build:web makes one; or name another with --files.',
  notHere: 'This is only for browsers on this machine.\n',
  portTaken: (port: number): string =>
    `Port ${String(port)} is in use already, perhaps by another sealpost web. Stop that one; on another --port the browser begins anew.`,
  relaysUnknown: (why: string): string => `The relays of this home are not suggested: ${why}`,
  url: 'This is no address that a web client is opened at; write one such as https://relay.example',
  key: 'A key of releases is 43 characters: letters, digits, - and _, as release-keys.json has it.',
  noRelease: (folder: string): string =>
    `${folder} holds no built web client with a release; in a checkout, npm run build:web makes one in web/dist.`,
  unreached: (link: string): string =>
    `${link} cannot be reached now, or its certificate is not right; check the address, then ask who runs it.`,
  slow: (link: string): string =>
    `Not all of it came from ${link} in time; try again, or give it longer: --timeout SECONDS`,
  isOwn: (link: string, version: string, count: number): string =>
    `${link} serves Sealpost ${version}, the very build that is here: all ${String(count)} files and the headers are right.`,
  isSigned: (link: string, version: string, key: string, count: number): string =>
    `${link} serves Sealpost ${version}, signed by ${key}: all ${String(count)} files and the headers are right.`,
  isUnproven: (link: string, version: string, count: number): string =>
    `${link} serves what calls itself Sealpost ${version}: all ${String(count)} files are as its release says and the headers are right, but nothing here proves whose release that is. Compare its fingerprint with what others get, or give the key that signed it: --key KEY`,
  isDifferent: (link: string, version: string, count: number): string =>
    `${link} serves what calls itself Sealpost ${version}, and ${count === 1 ? 'one thing is' : `${String(count)} things are`} not as they should be; ask who runs it before you use it:`,
  isNone: (link: string): string =>
    `${link} serves no release of Sealpost; check the address, then ask who runs it:`,
  fingerprint: (groups: string): string => `Fingerprint: ${groups}`,
  ownVersion: (version: string): string =>
    `The build here is ${version}, so the two are not compared.`,
  /** What is not right of a path. */
  differences: {
    missing: 'the host does not give it',
    redirects: 'the host sends elsewhere for it, where no service worker follows',
    'too-large': 'there is more of it than there can be',
    broken: 'it was cut off, or is damaged',
    other: 'it is not what the release says',
    'no-release': 'it is no release',
    unlisted: 'the release does not name it, so nobody holds it to anything',
    'not-encrypted':
      'the host is not asked over https, so anybody on the way can change what comes',
    'own-other': 'it is not the one of the build here',
    'own-added': 'the build here, of the same version, does not have it',
    'own-missing': 'the build here, of the same version, has it, and the host does not'
  },
  /** Which limits a host does not set. */
  lacks: {
    'page-policy':
      'the page has no Content-Security-Policy of its host: only the weaker one in itself',
    'page-scripts': 'the policy of the page allows scripts of elsewhere (script-src)',
    'page-connections': 'the policy of the page lets it reach other hosts (connect-src)',
    'page-types': 'nothing keeps the page from making scripts out of text (Trusted Types)',
    'page-frames': 'another page can show this one inside itself (frame-ancestors)',
    'page-opener': 'pages that open this one keep a hold on it (Cross-Origin-Opener-Policy)',
    'page-resources': 'other pages may load parts of this one (Cross-Origin-Resource-Policy)',
    'page-integrity': 'scripts may run without a hash that they must have (Integrity-Policy)',
    'page-permissions': 'the page may ask for what it never needs (Permissions-Policy)',
    'page-referrer': 'sites opened from the page learn where somebody comes from (Referrer-Policy)',
    'page-sniffing': 'browsers may take a file for what it is not (X-Content-Type-Options)',
    'worker-policy':
      'the worker that holds the keys has no Content-Security-Policy: it is not limited at all',
    'worker-scripts': 'the worker that holds the keys may run scripts of elsewhere (script-src)',
    'worker-connections':
      'the worker that holds the keys may reach what is not encrypted (connect-src)',
    'worker-types':
      'nothing keeps the worker that holds the keys from making scripts out of text (Trusted Types)',
    'keeper-policy': 'the service worker has no Content-Security-Policy: it could reach anybody',
    'keeper-scripts': 'the service worker may run scripts of elsewhere (script-src)',
    'keeper-connections': 'the service worker may reach other hosts (connect-src)'
  }
} as const
