// Examines what was read from a chip: hashes, signature, trust, revocation, and why.
import { inspect, readTrust } from 'icao9303'

import { crypto, day, foundPki, issue } from './utopia.ts'

const { csca, crl, ds, sign } = await foundPki()
const dump = await issue(ds, sign)

// Trust is what you hand over: certificates, master lists and revocation lists, DER or PEM, in any order.
const { trust } = await readTrust([{ name: 'csca.der', bytes: csca }, { name: 'uto.crl', bytes: crl }], crypto)
const order = { trust, at: day('2026-03-10'), policy: 'strict', crypto } as const

const report = await inspect(dump, order)
console.log(report.verdict, report.document.mrz?.['documentNumber'], report.document.signer?.subject)
// Every check has its name, its clause and its words.
for (const c of report.checks.slice(0, 3)) console.log(c.outcome, c.name, c.clause)

// A forged data group: the report names the check.
const forged = await inspect({ ...dump, DG1: dump['DG1']!.map((x, i) => (i === 20 ? x ^ 1 : x)) }, order)
console.log(forged.verdict, forged.checks.filter((c) => c.outcome === 'failed').map((c) => c.name).join(', '))

// Nobody to trust: hashes and signature are judged, the verdict stays open.
const alone = await inspect(dump, { ...order, trust: { anchors: [], links: [], signers: [], crls: [] } })
console.log(alone.verdict, alone.checks.filter((c) => c.outcome === 'not-done' && c.excused !== true).map((c) => c.name).slice(0, 2).join(', '))

// Prints:
// genuine SP1234567 C=UT, O=Utopia Specimen Authority, CN=DS-UTO 1
// passed com-sod-agree Doc 9303-10 §4.6.1
// passed hash-dg1 Doc 9303-11 §5.1
// passed hash-dg2 Doc 9303-11 §5.1
// faulty hash-dg1
// undetermined trust-path, revocation
