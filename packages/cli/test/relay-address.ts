/** Addresses that could be a relay's, where nobody listens. */
export const NOBODY: string =
  '/ip4/127.0.0.1/tcp/9/ws/p2p/12D3KooWNkSXMegm9uBKaSrggHko7iTnqzsQut6G7KC9HqN3x3Pd'
export const NOBODY_ELSE: string =
  '/ip4/127.0.0.1/tcp/9/ws/p2p/12D3KooWCyQ8ufFSk3HrfkPSpGSZx4vJqJepq8F4CbjWbQGTir36'
