import CheckpointCLI
import Glibc

exit(CheckpointCLI.main(Array(CommandLine.arguments.dropFirst())))
