import { OK, type Command, type Response } from '../access/apdu.ts'
import { hex } from '../asn1/value.ts'
import { APPLICATION_ID } from '../lds/file.ts'
import { type ChipBehaviour, type ChipMemory } from './state.ts'

/** Where a chip stands when a command comes. */
export interface Moment { readonly file: string | undefined; readonly session: 'bare' | 'protected' }

/** What goes over the wire instead of the proper answer; `ends` is whether the session is over. */
export interface Broken { readonly bytes: Uint8Array; readonly session: 'goes-on' | 'ends' }

type Of<K extends ChipBehaviour['kind']> = Extract<ChipBehaviour, { readonly kind: K }>

/** One way to be different: where it was seen, and what it does. */
interface Rule<B> {
  /** Number of the row in the table of issues. */
  readonly row: number
  readonly says: string
  /** Before the command is even opened: a status word without protection. */
  readonly early?: (b: B, wire: Command, m: Moment) => { readonly sw: number; readonly session: Broken['session'] } | undefined
  /** A status word in place of what the command does. */
  readonly refuses?: (b: B, c: Command, m: Moment) => number | undefined
  /** Another answer than the proper one. */
  readonly shapes?: (b: B, c: Command, r: Response) => Response
  /** Other bytes than the answer, protected as it is. */
  readonly breaks?: (b: B, c: Command, o: { readonly plain: Response; readonly bytes: Uint8Array; readonly moment: Moment }) => Broken | undefined
}

const isRead = (c: Command): boolean => c.ins === 0xb0 || c.ins === 0xb1
const wordBytes = (sw: number): Uint8Array => Uint8Array.of(sw >> 8, sw & 0xff)

/** SELECT of the master file in each form that is asked for in the field. */
function refusesMaster(b: Of<'master-file'>, c: Command): number | undefined {
  const isMaster = c.ins === 0xa4 && c.p1 === 0x00 && (c.data.length === 0 || hex(c.data) === '3f00')
  if (!isMaster || (b.takes === 'no-data' && c.data.length === 0) || (b.takes === 'with-answer' && c.p2 === 0x00 && c.data.length === 2)) return undefined
  return b.sw
}

function spoil(bytes: Uint8Array): Uint8Array {
  const spoilt = bytes.slice()
  spoilt[spoilt.length - 3]! ^= 1
  return spoilt
}

/** Every behaviour, by the issue that it was seen in. */
export const BEHAVIOURS: { readonly [K in ChipBehaviour['kind']]: Rule<Of<K>> } = {
  'extended-refused': {
    row: 1, says: 'an extended READ BINARY within a session is answered with a bare 6700',
    early: (b, wire, m) => (m.session === 'protected' && isRead(wire) && wire.form === 'extended' ? { sw: 0x6700, session: b.then } : undefined),
  },
  'bare-absent': {
    row: 1, says: 'a file that is not there is said to be so without protection',
    breaks: (_, c, o) => (o.moment.session === 'protected' && c.ins === 0xa4 && o.plain.sw === 0x6a82 ? { bytes: wordBytes(0x6a82), session: 'goes-on' } : undefined),
  },
  'parameter-reference': { row: 2, says: 'MSE: Set AT needs the number of the group, or refuses it' },
  'master-file': { row: 3, says: 'SELECT of the master file is taken in one form only, or in none', refuses: refusesMaster },
  'strict-le': {
    row: 4, says: 'an expected length on SELECT or MSE is refused',
    refuses: (_, c) => ((c.ins === 0xa4 || c.ins === 0x22) && c.le !== undefined ? 0x6700 : undefined),
  },
  'no-bac': { row: 5, says: 'GET CHALLENGE of Basic Access Control is answered with 6A88', refuses: (_, c, m) => (c.ins === 0x84 && m.session === 'bare' ? 0x6a88 : undefined) },
  application: {
    row: 6, says: 'the application has another name',
    refuses: (_, c) => (c.ins === 0xa4 && c.p1 === 0x04 && hex(c.data) === APPLICATION_ID ? 0x6a82 : undefined),
  },
  'at-most': {
    row: 7, says: 'no more than some bytes are read at a time',
    refuses: (b, c) => (b.says === 'less' || !isRead(c) || (c.le ?? 0) <= b.bytes ? undefined : b.says === '6700' ? 0x6700 : 0x6c00 + (b.bytes & 0xff)),
    shapes: (b, c, r) => (c.ins === 0xb0 && r.data.length > b.bytes ? { data: r.data.subarray(0, b.bytes), sw: OK } : r),
  },
  'signature-length': { row: 8, says: 'the signature of Active Authentication is cut, or not given for the longest answer' },
  'breaks-at': {
    row: 9, says: 'answers of some lengths are spoilt and end the session',
    breaks: (b, c, o) => (o.moment.session === 'protected' && isRead(c) && b.lengths.includes(c.le ?? 0)
      ? { bytes: b.how === '6988' ? wordBytes(0x6988) : spoil(o.bytes), session: 'ends' } : undefined),
  },
  'file-word': { row: 10, says: 'reading one file is an error', refuses: (b, c, m) => (isRead(c) && m.file === b.file ? b.sw : undefined) },
  'refuses-pace': {
    row: 13, says: 'PACE is refused at one of its steps',
    refuses: (b, c, m) => (m.session === 'bare' && c.ins === (b.step === 'set-at' ? 0x22 : 0x86) ? b.sw : undefined),
  },
  'get-response': { row: 14, says: 'answers of PACE are fetched in parts, and take longer' },
  'bare-data': {
    row: 16, says: 'data without protection within a session',
    breaks: (b, c, o) => (o.moment.session === 'protected' && isRead(c) && o.moment.file === b.file
      ? { bytes: Uint8Array.of(...o.plain.data, ...wordBytes(o.plain.sw)), session: 'goes-on' } : undefined),
  },
  signs: { row: 17, says: 'Active Authentication signs in another form or with another hash than is announced' },
  'signature-padded': {
    row: 19, says: 'zeros before the signature of Active Authentication',
    shapes: (b, c, r) => (c.ins === 0x88 && r.sw === OK ? { data: Uint8Array.of(...new Uint8Array(b.zeros), ...r.data), sw: OK } : r),
  },
  'chip-authentication': { row: 41, says: 'Chip Authentication is taken in one of its forms only' },
  'loses-power': { row: 39, says: 'power is lost once, after some commands' },
}

/** The behaviour of a kind that a chip has. */
export function behaviourOf<K extends ChipBehaviour['kind']>(m: Pick<ChipMemory, 'behaviours'>, kind: K): Of<K> | undefined {
  return m.behaviours.find((b): b is Of<K> => b.kind === kind)
}

const ruleOf = (b: ChipBehaviour): Rule<ChipBehaviour> => BEHAVIOURS[b.kind] as Rule<ChipBehaviour>

/** What a chip with these behaviours does otherwise. */
export interface Temper {
  readonly early: (wire: Command, m: Moment) => { readonly sw: number; readonly session: Broken['session'] } | undefined
  readonly refuses: (c: Command, m: Moment) => number | undefined
  readonly shapes: (c: Command, r: Response) => Response
  readonly breaks: (c: Command, o: { readonly plain: Response; readonly bytes: Uint8Array; readonly moment: Moment }) => Broken | undefined
}

function first<T>(behaviours: readonly ChipBehaviour[], ask: (b: ChipBehaviour) => T | undefined): T | undefined {
  for (const b of behaviours) {
    const said = ask(b)
    if (said !== undefined) return said
  }
  return undefined
}

export function temperOf(behaviours: readonly ChipBehaviour[]): Temper {
  return {
    early: (wire, m) => first(behaviours, (b) => ruleOf(b).early?.(b, wire, m)),
    refuses: (c, m) => first(behaviours, (b) => ruleOf(b).refuses?.(b, c, m)),
    shapes: (c, r) => behaviours.reduce((shaped, b) => ruleOf(b).shapes?.(b, c, shaped) ?? shaped, r),
    breaks: (c, o) => first(behaviours, (b) => ruleOf(b).breaks?.(b, c, o)),
  }
}
