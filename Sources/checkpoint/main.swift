// The program: gives its words to the command line and exits with its code.

import CheckpointCLI
import Glibc

// Swift reads them from /proc, and has not even the program's name without it.
exit(CheckpointCLI.main(CommandLine.arguments.isEmpty ? nil : Array(CommandLine.arguments.dropFirst())))
