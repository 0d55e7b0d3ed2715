// The program: gives its words to the command line and exits with its code.

import CheckpointCLI
import Glibc

exit(CheckpointCLI.main(Array(CommandLine.arguments.dropFirst())))
