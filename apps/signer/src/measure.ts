import { type Clock } from '@causeway/ground'
import { type SignerHealth, type SignerKey } from '@causeway/signing'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** What the measurements are read from when somebody asks. */
export interface Measured {
  readonly health: () => SignerHealth
  readonly keys: () => readonly SignerKey[]
  readonly waiting: () => number
  readonly clock: Clock
}

export interface Measures {
  /** A request that was answered: its route, how it ended (`ok` or the code of the refusal), and seconds. */
  readonly answered: (route: string, outcome: string, seconds: number) => void
  /** The text that Prometheus reads. */
  readonly render: () => Promise<string>
  readonly mediaType: string
}

const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/** Counters and gauges of the signer. Names of keys are their ids; nothing of a person or a document is among them. */
export function openMeasures(m: Measured): Measures {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry, prefix: 'signer_' })
  const answers = new Counter({ name: 'signer_answers_total', help: 'Requests answered, by route and outcome', labelNames: ['route', 'outcome'], registers })
  const times = new Histogram({ name: 'signer_answer_seconds', help: 'Seconds to an answer, by route', labelNames: ['route'], buckets: SECONDS, registers })
  const gauge = (name: string, help: string, read: () => number | undefined): void => {
    new Gauge({ name, help, registers, collect() { const v = read(); if (v === undefined) this.remove(); else this.set(v) } })
  }
  const secondsTo = (at: string | undefined): number | undefined => (at === undefined ? undefined : (new Date(at).getTime() - m.clock.now().getTime()) / 1_000)
  gauge('signer_ready', 'Whether a document would be signed', () => (m.health().ready ? 1 : 0))
  gauge('signer_activated', 'Whether the keys are activated', () => (m.health().activated ? 1 : 0))
  gauge('signer_documents', 'Documents signed, by the journal', () => m.health().signatures)
  gauge('signer_waiting', 'Documents that wait for their turn', m.waiting)
  gauge('signer_certificate_seconds', 'Seconds to the end of the usage period of the key that signs', () => secondsTo(m.health().ds?.usableUntil))
  gauge('signer_anchor_age_seconds', 'Seconds since the newest anchor', () => { const s = secondsTo(m.health().lastAnchor?.at); return s === undefined ? undefined : -s })
  const perKey = (name: string, help: string, read: (k: SignerKey) => number | undefined): void => {
    new Gauge({ name, help, labelNames: ['key', 'use', 'state'], registers, collect() {
      this.reset()
      for (const k of m.keys()) { const v = read(k); if (v !== undefined) this.set({ key: k.id, use: k.use, state: k.state }, v) }
    } })
  }
  perKey('signer_key_uses', 'Uses of a key, by the journal', (k) => k.uses)
  perKey('signer_key_quota', 'Uses that a key may have', (k) => k.quota)
  return {
    answered: (route, outcome, seconds) => { answers.inc({ route, outcome }); times.observe({ route }, seconds) },
    render: async () => registry.metrics(),
    mediaType: registry.contentType,
  }
}
