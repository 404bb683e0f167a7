import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The software token of the tests, where it is installed. */
export const SOFT_TOKEN = [
  '/usr/lib/softhsm/libsofthsm2.so', '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so', '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
].find((f) => existsSync(f))

/** Whether tokens can be used here: a module, and the binding. */
export const hasToken = SOFT_TOKEN !== undefined && await import('pkcs11js' as string).then(() => true, () => false)

/** A fresh token in a folder. Its environment is for this process and for those it starts. */
export function softToken(folder: string, o: { readonly label: string; readonly pin: string }): { readonly env: Readonly<Record<string, string>> } {
  const [tokens, conf] = [join(folder, 'tokens'), join(folder, 'softhsm2.conf')]
  mkdirSync(tokens, { recursive: true })
  writeFileSync(conf, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`)
  const env = { SOFTHSM2_CONF: conf }
  execFileSync('softhsm2-util', ['--init-token', '--free', '--label', o.label, '--pin', o.pin, '--so-pin', '87654321'], { env: { ...process.env, ...env }, stdio: 'ignore' })
  return { env }
}
