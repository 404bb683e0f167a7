import { defineConfig } from 'vitest/config'

/** The tests of the travel-document library alone, without those that feed parsers with broken bytes for seconds. */
export default defineConfig({
  test: {
    include: ['packages/icao9303/src/**/*.test.ts'],
    exclude: ['**/*.fuzz.test.ts', '**/package.test.ts', '**/node_modules/**'],
    testNamePattern: /^(?!.*(mutant|200,000|hostile|OpenSSL|openssl)).*$/,
    pool: 'forks',
    testTimeout: 20_000,
  },
})
