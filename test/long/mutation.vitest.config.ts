import { defineConfig } from 'vitest/config'

/** The tests beside the files of one area, without those that feed parsers with broken bytes for seconds. */
export default defineConfig({
  test: {
    include: [`packages/icao9303/src/${process.env['AREA'] ?? '*'}/**/*.test.ts`],
    exclude: ['**/*.fuzz.test.ts', '**/package.test.ts', '**/node_modules/**'],
    testNamePattern: /^(?!.*(mutant|broken|any fault|200,000|hostile|OpenSSL|openssl)).*$/,
    pool: 'forks',
    testTimeout: 20_000,
  },
})
