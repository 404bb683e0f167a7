// The API reports of the packages that are made for others: what their entries give, as text that a review can read.
// With `NAME --check` the reports are only compared; without, they are written anew.
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { Extractor, ExtractorConfig } from '@microsoft/api-extractor'

import { build } from './build-package.mjs'
import { root } from './setup.mjs'

const ENTRIES = {
  icao9303: [['index', 'icao9303'], ['der', 'icao9303-der'], ['node', 'icao9303-node'], ['web', 'icao9303-web']],
  accounts: [['accounts/src/index', 'accounts']],
}

/** The reports that are not as the sources are; those are written when `how` is `write`. */
export function reports(how, name = 'icao9303', from = build(name)) {
  const home = join(root, 'packages', name)
  const stale = []
  cpSync(join(root, 'packages', 'icao9303', 'tsdoc.json'), join(from, 'tsdoc.json'))
  mkdirSync(join(home, 'api'), { recursive: true })
  for (const [entry, report] of ENTRIES[name]) {
    const config = ExtractorConfig.prepare({
      configObjectFullPath: join(from, 'api-extractor.json'),
      packageJsonFullPath: join(from, 'package.json'),
      configObject: {
        projectFolder: from,
        mainEntryPointFilePath: join(from, `${entry}.d.ts`),
        compiler: { overrideTsconfig: { compilerOptions: { target: 'es2022', module: 'nodenext', moduleResolution: 'nodenext', lib: ['es2023', 'dom'], types: entry === 'node' ? ['node'] : [], customConditions: [], strict: true, skipLibCheck: true }, include: [join(from, `${entry}.d.ts`)] } },
        apiReport: { enabled: true, reportFileName: report, reportFolder: join(home, 'api'), reportTempFolder: join(from, '.api') },
        newlineKind: 'lf',
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        tsdocMetadata: { enabled: false },
        messages: {
          compilerMessageReporting: { default: { logLevel: 'error' } },
          extractorMessageReporting: { default: { logLevel: 'warning', addToApiReportFile: true }, 'ae-missing-release-tag': { logLevel: 'none' }, ...(entry === 'index' ? {} : { 'ae-forgotten-export': { logLevel: 'none' } }) },
          tsdocMessageReporting: { default: { logLevel: 'warning', addToApiReportFile: true } },
        },
      },
    })
    const done = Extractor.invoke(config, { localBuild: how === 'write', showVerboseMessages: false, messageCallback: (m) => { if (m.logLevel !== 'error') m.handled = true } })
    if (done.apiReportChanged) stale.push(`${report}.api.md`)
  }
  return stale
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const stale = reports(process.argv.includes('--check') ? 'check' : 'write', process.argv[2])
  process.stdout.write(stale.length === 0 ? 'the API reports are current\n' : `${stale.join(', ')}: changed\n`)
  if (process.argv.includes('--check') && stale.length > 0) process.exitCode = 1
}
