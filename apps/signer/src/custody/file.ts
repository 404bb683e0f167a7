import { createDecipheriv, createPrivateKey, createPublicKey, createSecretKey, generateKeyPair, randomBytes, scryptSync, type KeyObject } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { encodeSm2Spki, generateSm2Key } from '@causeway/national'
import { nodeEngine } from '@causeway/national/node'

import { type Keeper, type KeyOrder } from './keeper.ts'
import { fileOf, markOf, openKept, parseKept, readKept, recordOf, textOf, writeKept, type Kept, type KeyLine } from './kept.ts'
import { type Pool } from './pool.ts'
import { CustodyFault, type KeyType } from './port.ts'
import { shareOut } from './roster.ts'

const pair = promisify(generateKeyPair)

/** The private half of a key as it is sealed: PKCS#8, or the 32 bytes of a secret key. */
interface Secret { readonly id: string; readonly bytes: string }

const CURVES = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', brainpoolP256r1: 'brainpoolP256r1', brainpoolP384r1: 'brainpoolP384r1' } as const
const MODULI = { 'rsa-3072': 3_072, 'rsa-4096': 4_096 } as const

async function generate(type: KeyType): Promise<{ readonly secret: Buffer; readonly spki: string }> {
  if (type === 'aes-256') return { secret: randomBytes(32), spki: '' }
  if (type === 'sm2') {
    const { secret, point } = generateSm2Key(nodeEngine)
    return { secret: Buffer.from(secret), spki: Buffer.from(encodeSm2Spki(point)).toString('base64') }
  }
  const { publicKey, privateKey } = type in MODULI
    ? await pair('rsa', { modulusLength: MODULI[type as keyof typeof MODULI] })
    : await pair('ec', { namedCurve: CURVES[type as keyof typeof CURVES] })
  return { secret: privateKey.export({ format: 'der', type: 'pkcs8' }), spki: publicKey.export({ format: 'der', type: 'spki' }).toString('base64') }
}

const keyOf = (type: KeyType, secret: Buffer): KeyObject => (type === 'aes-256' || type === 'sm2' ? createSecretKey(secret) : createPrivateKey({ key: secret, format: 'der', type: 'pkcs8' }))

interface Old { readonly id: string; readonly use: KeyLine['use']; readonly type?: KeyType; readonly pkcs8: string }

/** Keys of version 0.1: scrypt over one passphrase that lay beside them. */
function oldKeys(dir: string): { readonly lines: readonly KeyLine[]; readonly secrets: readonly Secret[] } {
  const [file, passphrase] = [join(dir, 'keys.sealed'), join(dir, 'passphrase')]
  if (!existsSync(file)) return { lines: [], secrets: [] }
  const b = readFileSync(file)
  const derived = scryptSync(readFileSync(passphrase, 'utf8').trim(), b.subarray(0, 16), 32, { N: 32_768, r: 8, p: 1, maxmem: 128 * 1024 * 1024 })
  const decipher = createDecipheriv('aes-256-gcm', derived, b.subarray(16, 28), { authTagLength: 16 }).setAuthTag(b.subarray(-16))
  const stored = JSON.parse(Buffer.concat([decipher.update(b.subarray(28, -16)), decipher.final()]).toString('utf8')) as readonly Old[]
  return {
    lines: stored.map((s) => ({
      id: s.id, use: s.use, type: s.type ?? 'P-256',
      spki: createPublicKey({ key: createPrivateKey({ key: Buffer.from(s.pkcs8, 'base64'), format: 'der', type: 'pkcs8' }).export({ format: 'pem', type: 'pkcs8' }), format: 'pem' }).export({ format: 'der', type: 'spki' }).toString('base64'),
    })),
    secrets: stored.map((s) => ({ id: s.id, bytes: s.pkcs8 })),
  }
}

/** The old file goes when the new one lies whole on the disk. */
function removeOld(dir: string): void {
  for (const name of ['keys.sealed', 'passphrase']) rmSync(join(dir, name), { force: true })
}

/**
 * Keys in one file, sealed under a master key that custodians share: for trying out. Whoever may read this process's
 * memory has the keys, so it belongs to a user of its own; a token (PKCS#11) is what a real office uses.
 */
export function openFileKeeper(dir: string, pool: Pool): Keeper {
  let kept = readKept(dir)
  if (kept !== undefined && kept.kind !== 'file') throw new Error(`${fileOf(dir)} belongs to a token: start with --pkcs11 MODULE --token LABEL`)
  if (kept !== undefined) removeOld(dir)
  let isOpen = false
  const secretsUnder = (k: Kept, master: Uint8Array): readonly Secret[] => {
    const bytes = openKept(k, master)
    if (bytes === undefined) throw new CustodyFault('keys-not-activated', 'these shares do not open the key file')
    return JSON.parse(bytes.toString('utf8')) as readonly Secret[]
  }
  const must = (): Kept => {
    if (kept === undefined) throw new CustodyFault('keys-not-activated', 'no custodians are set up')
    return kept
  }
  const write = (open: Omit<Kept, 'sealed'>, master: Uint8Array, secrets: readonly Secret[]): void => {
    kept = writeKept(dir, open, { master, secret: Buffer.from(JSON.stringify(secrets)) })
  }
  const hold = (k: Kept, secrets: readonly Secret[]): void => {
    const types = new Map(k.keys.map((l) => [l.id, l.type]))
    pool.hold(secrets.map((s) => ({ id: s.id, type: types.get(s.id)!, key: keyOf(types.get(s.id)!, Buffer.from(s.bytes, 'base64')) })))
    isOpen = true
  }
  const usable = (id: string): KeyLine => {
    const line = kept?.keys.find((l) => l.id === id)
    if (line === undefined) throw new CustodyFault('key-unknown', `there is no key ${id}`)
    if (line.retired === true) throw new CustodyFault('key-retired', `the key ${id} is retired`)
    if (!isOpen) throw new CustodyFault('keys-not-activated', 'the keys are not activated')
    return line
  }
  return {
    kind: 'file',
    keys: () => kept?.keys.map(recordOf) ?? [],
    isOpen: () => isOpen,
    roster: () => kept?.roster,
    says: () => [],
    proves: (master) => kept !== undefined && openKept(kept, master) !== undefined,
    found: async ({ master, threshold, custodians }) => {
      if (kept !== undefined) throw new Error('the custody is set up already')
      const old = oldKeys(dir)
      write({ form: 'causeway-custody-1', mark: markOf('file'), kind: 'file', roster: await shareOut(master, { threshold, epoch: 1, custodians }), keys: old.lines }, master, old.secrets)
      const again = parseKept(readFileSync(fileOf(dir), 'utf8'), fileOf(dir))
      hold(again, secretsUnder(again, master)) // what was taken over is read from the disk once before the old file goes
      removeOld(dir)
    },
    open: async (master) => { hold(must(), secretsUnder(must(), master)); return Promise.resolve() },
    make: async (master, order: KeyOrder) => {
      const before = must().keys.find((l) => l.id === order.id)
      if (before !== undefined) return recordOf(before)
      const secrets = secretsUnder(must(), master)
      const { secret, spki } = await generate(order.type)
      const line: KeyLine = { id: order.id, use: order.use, type: order.type, spki }
      write({ ...must(), keys: [...must().keys, line] }, master, [...secrets, { id: order.id, bytes: secret.toString('base64') }])
      if (isOpen) pool.hold([{ id: order.id, type: order.type, key: keyOf(order.type, secret) }])
      return recordOf(line)
    },
    retire: async (master, id) => {
      const secrets = secretsUnder(must(), master)
      write({ ...must(), keys: must().keys.map((l) => (l.id === id ? { ...l, retired: true } : l)) }, master, secrets.filter((s) => s.id !== id))
      pool.drop([id])
      return Promise.resolve()
    },
    appoint: async (master, { threshold, custodians }) => {
      const secrets = secretsUnder(must(), master)
      const fresh = randomBytes(32)
      write({ ...must(), roster: await shareOut(fresh, { threshold, epoch: must().roster.epoch + 1, custodians }) }, fresh, secrets)
      fresh.fill(0)
    },
    backup: () => ({ name: 'custody.json', content: textOf(must()), says: { zh: '备份含加密的密钥及其份额；恢复须同一批保管人到场。', en: 'The backup holds the sealed keys and their shares; the same custodians must come to open it.' } }),
    sign: async (id, message, as) => { usable(id); return pool.run({ id, as, message }) },
    mac: async (id, message) => { usable(id); return pool.run({ id, as: 'mac', message }) },
    close: async () => { isOpen = false; await pool.close() },
  }
}
