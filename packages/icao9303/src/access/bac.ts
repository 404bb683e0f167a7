import { concat, isSame } from '../asn1/value.ts'
import { type Crypto } from '../crypto.ts'
import { numberOf } from '../number.ts'
import { OK, send, type Command, type Response, type Transmit } from './apdu.ts'
import { failed, refusedBy, type AccessResult, type ChipStep } from './failure.ts'
import { bacSeed, deriveKey, sessionKeys, type SessionKeys } from './key.ts'
import { isSameMac, macOf } from './mac.ts'

const NONE = new Uint8Array()
const NONCE = 8
const CRYPTOGRAM = 32
const PROOF = CRYPTOGRAM + 8

/** The two document keys at work: what is sealed and how it is opened again. */
interface DocumentKeys {
  readonly seal: (text: Uint8Array) => Uint8Array
  /** Undefined when the checksum is wrong. */
  readonly open: (proof: Uint8Array) => Uint8Array | undefined
}

function documentKeys(information: string, crypto: Crypto): DocumentKeys {
  const seed = bacSeed(information, crypto)
  const key = deriveKey(seed, { cipher: '3DES', purpose: 'encryption', crypto })
  const mac = macOf('3DES', deriveKey(seed, { cipher: '3DES', purpose: 'mac', crypto }), crypto)
  const run = (direction: 'encrypt' | 'decrypt', bytes: Uint8Array): Uint8Array =>
    crypto.cipher({ cipher: '3DES', mode: 'CBC', direction, key, iv: new Uint8Array(8), bytes })
  return {
    seal: (text) => { const e = run('encrypt', text); return concat(e, mac(e)) },
    open: (proof) => {
      const e = proof.subarray(0, CRYPTOGRAM)
      return isSameMac(proof.subarray(CRYPTOGRAM), mac(e)) ? run('decrypt', e) : undefined
    },
  }
}

interface Agreed {
  readonly chip: Uint8Array
  readonly terminal: Uint8Array
  readonly chipKey: Uint8Array
  readonly terminalKey: Uint8Array
}

/** @source Doc 9303-11 §4.3.1 step 5, §9.8.6.3 */
function agreedKeys(a: Agreed, crypto: Crypto): SessionKeys {
  const secret = a.chipKey.map((b, i) => b ^ a.terminalKey[i]!)
  return sessionKeys(secret, { cipher: '3DES', crypto, counter: numberOf(concat(a.chip.subarray(4), a.terminal.subarray(4))) })
}

/** What Basic Access Control needs: MRZ_information. Chance comes from the port. */
export interface BacOrder { readonly information: string; readonly crypto: Crypto }

/**
 * Basic Access Control, the terminal's side. The application of the document must be selected.
 * A chip that refuses the exact expected length is asked once more for 256 bytes, with a new challenge.
 *
 * @returns the keys of the session, or the step in which the chip refused or did not prove itself
 * @source Doc 9303-11 §4.3
 */
export async function performBac(transmit: Transmit, order: BacOrder): Promise<AccessResult<SessionKeys>> {
  const first = await authenticate(transmit, order, PROOF)
  const length = !first.ok && /^(6700|6c)/.test(first.error.statusWord ?? '')
  return length ? authenticate(transmit, order, 256) : first
}

async function authenticate(transmit: Transmit, { information, crypto }: BacOrder, le: number): Promise<AccessResult<SessionKeys>> {
  const asking = { protocol: 'BAC', step: 'get-challenge' } as const
  const challenge = await send(transmit, { cla: 0, ins: 0x84, p1: 0, p2: 0, data: NONE, le: NONCE })
  if (challenge?.sw !== OK) return refusedBy(asking, challenge)
  if (challenge.data.length !== NONCE) return failed(asking, 'malformed', { says: 'a challenge has 8 bytes', response: challenge })

  const keys = documentKeys(information, crypto)
  const [chip, terminal, terminalKey] = [challenge.data, crypto.random(NONCE), crypto.random(16)]
  const proving = { protocol: 'BAC', step: 'external-authenticate' } as const
  const proof = await send(transmit, { cla: 0, ins: 0x82, p1: 0, p2: 0, data: keys.seal(concat(terminal, chip, terminalKey)), le })
  if (proof?.sw !== OK) return refusedBy(proving, proof)
  if (proof.data.length !== PROOF) return failed(proving, 'malformed', { says: 'a proof has 40 bytes', response: proof })
  const text = keys.open(proof.data)
  const wrong = (says: string): AccessResult<never> => failed(proving, 'proof-wrong', { says, response: proof })
  if (text === undefined) return wrong('the checksum is not made with the key of this document')
  if (!isSame(text.subarray(0, 16), concat(chip, terminal))) return wrong('the challenges are not those of this session')
  return { ok: true, value: agreedKeys({ chip, terminal, terminalKey, chipKey: text.subarray(16) }, crypto) }
}

/** The chip's side of Basic Access Control. Commands of other protocols get undefined and change nothing. */
export interface BacChip { readonly answer: (command: Command) => ChipStep | undefined }

const word = (sw: number): ChipStep => ({ response: { data: NONE, sw } })

/** @source Doc 9303-11 §4.3 */
export function bacChip({ information, crypto }: BacOrder): BacChip {
  const keys = documentKeys(information, crypto)
  let challenge: Uint8Array | undefined

  const prove = (command: Command): ChipStep => {
    const chip = challenge
    challenge = undefined // a challenge serves once, whatever comes of it
    if (chip === undefined) return word(0x6985)
    if (command.data.length !== PROOF) return word(0x6700)
    const text = keys.open(command.data)
    if (text === undefined || !isSame(text.subarray(8, 16), chip)) return word(0x6300)
    const [terminal, terminalKey, chipKey] = [text.subarray(0, 8), text.subarray(16), crypto.random(16)]
    const response: Response = { data: keys.seal(concat(chip, terminal, chipKey)), sw: OK }
    return { response, keys: agreedKeys({ chip, terminal, chipKey, terminalKey }, crypto) }
  }

  return {
    answer: (command) => {
      if (command.cla !== 0 || command.p1 !== 0 || command.p2 !== 0) return undefined
      if (command.ins === 0x82) return prove(command)
      if (command.ins !== 0x84) return undefined
      challenge = crypto.random(NONCE)
      return { response: { data: challenge, sw: OK } }
    },
  }
}
