import { parseArgs } from 'node:util'

import { openProcess, PART_OPTIONS } from '@causeway/ground'
import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import { type ChipFault } from 'icao9303'

import { openDesk } from './desk.ts'

const { values } = parseArgs({ options: PART_OPTIONS })
const { dir, serve } = await openProcess('station', values)

const desk = openDesk(dir)
type Body = Readonly<Record<string, unknown>>
const fieldsOf = (body: unknown): Body => (typeof body === 'object' && body !== null ? (body as Body) : {})
const serialOf = (body: unknown): string => String(fieldsOf(body)['serial'] ?? '')

/** A fault in one of the forms that the simulator knows; undefined takes a fault away. */
function parseFault(value: unknown): Result<ChipFault | undefined, Refusal> {
  if (value === undefined || value === null) return ok(undefined)
  const f = fieldsOf(value)
  const known = f['kind'] === 'short-read' || (f['kind'] === 'refuses-write' && typeof f['file'] === 'string')
    || (f['kind'] === 'corrupts' && typeof f['file'] === 'string' && Number.isSafeInteger(f['offset']))
  return known ? ok(value as ChipFault) : no({ code: 'fault-unknown', at: 'fault' })
}

serve({
  'GET /v1/health': async () => Promise.resolve(ok({ ready: true, simulator: true, says: ['simulated encoder with virtual chips, simulated page printer'] })),
  'POST /v1/apdu': async (body) => {
    const { commands } = fieldsOf(body)
    return Array.isArray(commands) ? desk.transmit(serialOf(body), commands as string[]) : no({ code: 'body-malformed', at: 'commands' })
  },
  'POST /v1/remove': async (body) => desk.remove(serialOf(body)),
  'POST /v1/fault': async (body) => {
    const fault = parseFault(fieldsOf(body)['fault'])
    return fault.ok ? desk.fault(serialOf(body), fault.value) : fault
  },
  'POST /v1/page': async (body) => Promise.resolve(desk.print(serialOf(body), new Uint8Array(Buffer.from(String(fieldsOf(body)['page'] ?? ''), 'base64')))),
  'GET /v1/chip': async (_, query) => Promise.resolve(desk.life(query.get('serial') ?? '')),
}, { says: { simulator: true } })
