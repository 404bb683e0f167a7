import { chipCommand } from './chip.ts'
import { EXIT, Impossible, language, lineOf, type Command } from './command.ts'
import { demoCommand } from './demo.ts'
import { doctorCommand } from './doctor.ts'
import { inspectCommand } from './inspect.ts'
import { journalCommand } from './journal.ts'
import { ldsCommand } from './lds.ts'
import { mrzCommand } from './mrz.ts'
import { pkiCommand } from './pki.ts'
import { serveCommand } from './serve.ts'

const COMMANDS: readonly Command[] = [serveCommand, demoCommand, inspectCommand, chipCommand, pkiCommand, mrzCommand, ldsCommand, journalCommand, doctorCommand]

function help(): string {
  return [...COMMANDS.map((c) => `  causeway ${c.usage}\n      ${c.says[language()]}`), ''].join('\n')
}

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...args] = argv
  if (name === undefined || name === 'help' || name === '--help') {
    process.stdout.write(help())
    return name === undefined ? EXIT.impossible : EXIT.done
  }
  const command = COMMANDS.find((c) => c.name === name)
  if (command === undefined) throw new Impossible('command-unknown', `${name} is no command; causeway help lists them`)
  return command.run(args)
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? process.exitCode : EXIT.impossible))

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(lineOf(error))
  process.exitCode = EXIT.impossible
}
