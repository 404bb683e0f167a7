// `npm test`: set-up, system packages, then every test that CI runs. Ends in one plain line over all runners.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { PCSC_HEADER, root, setup } from './setup.mjs'
import { browser, dead, lint, types, units, walls } from './stage.mjs'

/** What the tests need of the system, and the Debian package that brings it. */
const TOOLS = [
  { there: () => has('chromium'), pack: 'chromium' },
  { there: () => has('pdftotext'), pack: 'poppler-utils' },
  { there: () => has('openssl'), pack: 'openssl' },
  // the store of authorities in which pdfsig looks
  { there: () => has('certutil'), pack: 'libnss3-tools' },
  { there: () => has('softhsm2-util'), pack: 'softhsm2' },
  // programs of others that read our chips: a card service with a virtual reader, a reader's library, a passport
  { there: () => has('pcscd'), pack: 'pcscd' },
  { there: () => existsSync('/usr/lib/pcsc/drivers/serial/libifdvpcd.so'), pack: 'vsmartcard-vpcd' },
  { there: () => has('opensc-tool'), pack: 'opensc' },
  { there: () => existsSync(PCSC_HEADER), pack: 'libpcsclite-dev' },
  { there: () => existsSync('/usr/include/eac/pace.h'), pack: 'libeac-dev' },
  { there: () => has('pkg-config'), pack: 'pkg-config' },
  { there: () => existsSync('/usr/lib/python3/site-packages/virtualsmartcard'), pack: 'python3-virtualsmartcard' },
  { there: () => existsSync('/usr/lib/python3/dist-packages/Cryptodome'), pack: 'python3-pycryptodome' },
  { there: () => spawnSync('sh', ['-c', 'fc-list :lang=zh 2>/dev/null | grep -q .']).status === 0, pack: 'fonts-noto-cjk' },
]
const has = (tool) => spawnSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' }).status === 0

function systemPackages() {
  const missing = TOOLS.filter((t) => !t.there()).map((t) => t.pack)
  if (missing.length === 0) return
  if (process.getuid?.() === 0 && has('apt-get')) {
    process.stdout.write(`installing ${missing.join(', ')}\n`)
    const apt = (...args) => spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status === 0
    if (apt('install', '-y', '-qq', '--no-install-recommends', ...missing)) return
    apt('update', '-qq')
    if (apt('install', '-y', '-qq', '--no-install-recommends', ...missing)) return
  }
  process.stdout.write(`These tests need: ${missing.join(', ')}. Install them: sudo apt-get install -y --no-install-recommends ${missing.join(' ')}\n`)
}

const begun = Date.now()
systemPackages() // first: a package is built against one of them
setup()
const data = process.env.CAUSEWAY_PUBLIC_DATA ?? join(root, '..', 'shared', 'data')
if (!existsSync(data)) process.stdout.write(`left out: the public documents (reference sets, published lists) are not at ${data}; CAUSEWAY_PUBLIC_DATA names another place\n`)

const total = { passed: 0, failed: 0, skipped: 0 }
for (const [name, stage] of [['types', types], ['lint', lint], ['walls', walls], ['dead code', dead], ['tests', units], ['browser journeys', browser]]) {
  const from = Date.now()
  const { passed, failed, skipped = 0 } = stage()
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
  process.stdout.write(`${name}: ${passed} good, ${failed} bad${skipped > 0 ? `, ${skipped} left out` : ''}, ${((Date.now() - from) / 1000).toFixed(1)} s\n`)
}
process.stdout.write(`${((Date.now() - begun) / 1000).toFixed(0)} s in all\n`)
process.stdout.write(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}\n`)
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0
