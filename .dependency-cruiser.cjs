/**
 * The walls of the house. The lists below are the architecture; the rules only read them.
 * A file may import from what stands before it, never from what stands after it.
 */
const FLOORS = [
  // workspace              may import
  ['packages/kernel', []],
  ['packages/icao9303', []],
  ['packages/national', ['packages/kernel', 'packages/icao9303']],
  ['packages/journal', ['packages/kernel', 'packages/national']],
  ['packages/signing', ['packages/kernel', 'packages/icao9303', 'packages/journal']],
  ['packages/journey', ['packages/kernel', 'packages/icao9303']],
  ['packages/accounts', ['packages/kernel']],
  ['packages/paper', ['packages/kernel']],
  ['packages/pades', ['packages/kernel', 'packages/icao9303']],
  ['packages/contract', ['packages/kernel', 'packages/journey', 'packages/accounts']],
  ['packages/ground', ['packages/kernel']],
  ['packages/token', ['packages/icao9303']],
  ['apps/signer', ['packages/kernel', 'packages/icao9303', 'packages/national', 'packages/journal', 'packages/signing', 'packages/pades', 'packages/token', 'packages/ground']],
  ['apps/hub', ['packages/kernel', 'packages/icao9303', 'packages/national', 'packages/journal', 'packages/signing', 'packages/pades', 'packages/ground']],
  ['apps/station', ['packages/kernel', 'packages/icao9303', 'packages/ground']],
  ['apps/verifier', ['packages/kernel', 'packages/icao9303', 'packages/national', 'packages/journal', 'packages/signing', 'packages/contract', 'packages/pades', 'packages/ground']],
  ['apps/server', ['packages/']],
  ['apps/web', ['packages/kernel', 'packages/journey', 'packages/accounts', 'packages/contract']],
  ['apps/cli', ['packages/']],
]

/** The way of the data, in order. Each list holds the files of one folder. */
const WAYS = {
  'packages/journey/src': [
    'rule', 'calendar', 'duty', 'unit', 'name', 'person', 'mission', 'application', 'review', 'enrolment', 'endorsement', 'permit', 'chip', 'blank', 'job', 'inspection', 'custody', 'homecoming', 'control', 'event', 'index',
  ],
  'packages/national/src': ['byte', 'engine', 'curve', 'portable', 'sm4', 'sm2', 'key', 'encryption', 'name', 'certificate', 'signed-data', 'family', 'index', 'node'],
  'packages/accounts/src': ['figure', 'finding', 'document', 'chart', 'table', 'reading', 'relation', 'narrative', 'scorecard', 'examine', 'report', 'index'],
  'packages/journal/src': ['entry', 'anchor', 'export', 'verify', 'index'],
}

/** One place for one effect: who alone may touch what. */
const DOORS = [
  ['only store/ and the hub reach the database', '^apps/server/src/(store/|http/session)|^apps/hub/|^packages/ground/src/(database|transaction)', 'node_modules/pg/'],
  ['only paper draws and examines pictures', '^packages/paper/', 'node_modules/(@myriaddreamin|@resvg|sharp)/'],
  ['in the journey only chip and inspection know ICAO 9303', '^packages/journey/src/(chip|inspection)|^apps/|^packages/(icao9303|signing|pades|token|national)/', '^packages/icao9303/'],
  ['only the readers take the formats of documents', '^packages/(paper/src/read|accounts/src/reading)/', 'node_modules/(pdfjs-dist|parse5|hucre|fflate|@rgrove)/'],
  ['only the portable engine takes sm-crypto-v2', '^packages/national/src/portable', 'node_modules/sm-crypto-v2/'],
]

const under = (folder) => `^${folder}`
const any = (names) => (names.length > 0 ? `(${names.join('|')})` : '(?!)')
const TEST = '\\.test\\.tsx?$'
const PURE = '^packages/(kernel|icao9303|national|journal|signing|journey|accounts|contract)/'

module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '\\?url$' } },
    { name: 'no-import-of-tests', severity: 'error', from: { pathNot: TEST }, to: { path: `${TEST}|/vectors/` } },
    {
      name: 'a package is entered by its front door', severity: 'error',
      from: { path: '^(packages|apps)/([^/]+)/', pathNot: TEST },
      to: { path: '^(packages|apps)/', pathNot: ['^$1/$2/', '^packages/[^/]+/src/(index|node|web|der)\\.ts$'] },
    },
    ...FLOORS.map(([floor, allowed]) => ({
      name: `floor: ${floor}`, severity: 'error',
      from: { path: `${under(floor)}/`, pathNot: TEST },
      to: { path: '^(packages|apps)/', pathNot: [`${under(floor)}/`, ...allowed.map(under)] },
    })),
    ...Object.entries(WAYS).flatMap(([folder, way]) => way.map((file, i) => ({
      name: `way: ${folder.split('/')[1]}/${file} looks back only`, severity: 'error',
      from: { path: `^${folder}/${file}(\\.ts$|/)` },
      to: { path: `^${folder}/${any(way.slice(i + 1))}(\\.ts$|/)` },
    }))),
    ...['apps/server', 'apps/web'].map((app) => ({
      name: `rooms of ${app} are closed to each other`, severity: 'error',
      from: { path: `^${app}/src/rooms/([^./]+)` },
      to: { path: `^${app}/src/rooms/`, pathNot: `^${app}/src/rooms/$1[./]` },
    })),
    { name: 'pure packages use no node built-in', severity: 'error', from: { path: PURE, pathNot: [TEST, '^packages/icao9303/(src/node\\.ts$|examples/)', '^packages/national/src/node\\.ts$'] }, to: { dependencyTypes: ['core'] } },
    { name: 'pure packages take npm only from the short list', severity: 'error', from: { path: PURE, pathNot: TEST }, to: { path: '^node_modules/', pathNot: '^node_modules/(@noble/|typebox/|sm-crypto-v2/|fflate/|@rgrove/parse-xml/)' } },
    ...DOORS.map(([name, keeper, thing]) => ({ name, severity: 'error', from: { pathNot: [keeper, TEST, '^node_modules/', '^test/', '^bench/'] }, to: { path: thing } })),
  ],
  options: {
    tsPreCompilationDeps: true, // type-only imports count: a cycle of types is a cycle of meaning
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'], extensions: ['.ts', '.tsx', '.js'] },
  },
}
Object.defineProperty(module.exports, 'WAYS', { value: WAYS, enumerable: false }) // read by test/house.test.ts
