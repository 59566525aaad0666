/** English, of the releases of this client: the note that a newer one is there, and what is known of the one that runs. */
export const enRelease = {
  'update.ready': 'A new version is ready.',
  'update.elsewhere': 'Another tab runs another version of Sealpost than this one.',
  'update.stays': 'Restarting takes a moment. What you are writing stays.',
  'update.unlock': 'You will have to unlock it again.',
  'update.restart': 'Restart',
  'update.restarting': 'Restarting…',
  'update.later': 'Later',
  'update.busy':
    'Here or in another tab something is not finished: a form that is filled in, or something on its way. Finish it first, or lose it.',
  'update.anyway': 'Restart all the same',

  'release.title': 'The program that runs here',
  'release.looking': 'Looking…',
  'release.version': 'Version',
  'release.signed': 'Signed by the key',
  'release.unsigned': 'Not signed',
  'release.unsigned.hint':
    'A development build: anybody could have made it. This browser takes whatever build its host has next.',
  'release.fingerprint': 'Fingerprint',
  'release.fingerprint.copy': 'Copy the fingerprint',
  'release.none':
    'This browser keeps no release: each time you open the page it runs what {host} sends, unchecked. Private windows do so, and so does a browser that could not fetch all of it yet, or found that a part was not what it should be.',
  'release.files':
    'Every file was checked against this fingerprint before it was kept, and is again whenever it is used.',

  'release.check': 'Look for a new version',
  'release.checking': 'Looking for a new version…',
  'release.checked.never': '{host} was not asked for a newer version yet.',
  'release.checked.same': 'Asked {when}: {host} has nothing newer.',
  'release.checked.staged': 'Asked {when}: a newer version came, whole and checked.',
  'release.checked.refused': 'Asked {when}: what {host} offered was refused.',
  'release.checked.unreachable':
    'Asked {when}: {host} did not answer. Sealpost goes on with what this browser has.',
  'release.checked.full':
    'Asked {when}: there is a newer version, and no room for it in this browser. Make some, then look again.',
  'release.waiting':
    'Version {version} waits. It is used once you restart, or when all tabs were closed.',

  'refused.title': 'What was refused',
  'refused.unsigned':
    '{host} offered version {version}, which no key signed that this browser knows. It was not taken.',
  'refused.rollback':
    '{host} offered version {version}, which is not newer than the one you have. Old versions can have known faults, so it was not taken.',
  'refused.file':
    '{host} offered version {version}, of which the file {path} is missing or is not what the release says. It was not taken.',
  'refused.malformed': '{host} offered something that is no release. It was not taken.',
  'refused.when': 'Last on {when}.',
  'refused.advice':
    'You are safe with the version you have. A host that is being updated just then can look like this for a moment. If it stays so, ask whoever runs it, over something else than this page; you can use Sealpost from another host, or from your own machine, in the meantime.',

  'compare.title': 'Compare with others',
  'compare.lead':
    'Is it the same program that everybody gets? On another machine, best in another network, this command fetches all that {host} serves and shows its fingerprint, or says what is not right:',
  'compare.copy': 'Copy the command',
  'compare.limit':
    'This is no proof. The part of the program that checks releases comes from {host} too, and a hostile host can replace it, or answer you otherwise than others. What you trust is who ran the host when you opened it first. To trust only what you installed, run it from your own machine: sealpost web.',

  'limits.title': 'Limits of this page',
  'limits.lead':
    'With each answer the host tells the browser what the page may do, so that a fault in the program cannot do more.',
  'limits.whole':
    'All of them are set: scripts of this host alone, no other host for the page, nothing unencrypted for the part that talks to relays, no other page around this one.',
  'limits.some': 'Some are not set. Tell whoever runs {host}:',
  'limits.again': 'Look again',
  'limits.unseen.page': 'The page could not be looked at: the host does not answer.',
  'limits.unseen.worker':
    'The part that talks to relays could not be looked at: the host does not answer.',
  'limits.unseen.keeper':
    'The part that keeps releases could not be looked at: the host does not answer.',
  'lacks.page-policy':
    'The page came without a policy of its host. It has a weaker one in itself, which holds as long as the page is the right one.',
  'lacks.page-scripts': 'The policy of the page allows scripts of elsewhere.',
  'lacks.page-connections': 'The policy of the page lets it reach other hosts.',
  'lacks.page-types': 'Nothing keeps the page from making scripts out of text (Trusted Types).',
  'lacks.page-frames':
    'Another page could show this one inside itself, and have you click what you do not see (frame-ancestors).',
  'lacks.page-opener': 'Pages that open this one keep a hold on it (Cross-Origin-Opener-Policy).',
  'lacks.page-resources': 'Other pages may load parts of this one (Cross-Origin-Resource-Policy).',
  'lacks.page-integrity': 'Scripts may run without a hash that they must have (Integrity-Policy).',
  'lacks.page-permissions':
    'The page may ask for what it never needs, such as where you are (Permissions-Policy).',
  'lacks.page-referrer':
    'Sites that you open from here learn where you come from (Referrer-Policy).',
  'lacks.page-sniffing':
    'The browser may take a file for something that it is not (X-Content-Type-Options).',
  'lacks.worker-policy':
    'The part that holds your keys and talks to relays has no policy: it is not limited at all, and could reach anybody.',
  'lacks.worker-scripts': 'The part that holds your keys may run scripts of elsewhere.',
  'lacks.worker-connections':
    'The part that holds your keys may reach addresses that are not encrypted.',
  'lacks.worker-types':
    'Nothing keeps the part that holds your keys from making scripts out of text (Trusted Types).',
  'lacks.keeper-policy': 'The part that keeps releases has no policy: it could reach anybody.',
  'lacks.keeper-scripts': 'The part that keeps releases may run scripts of elsewhere.',
  'lacks.keeper-connections': 'The part that keeps releases may reach other hosts.'
} as const
