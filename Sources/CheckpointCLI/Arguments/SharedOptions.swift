// Options that several commands have.

enum SharedOptions {
  static let database: [Option] = [
    .value("--database", as: "URL", help: "the database, instead of the configured or found one"),
    .flag("--no-database", help: "leave the database out"),
    .value("--client-prefix", as: "WORDS", help: "runs pg_dump and pg_restore, such as “docker exec -i db”"),
  ]
  static let noServices = Option.flag(
    "--no-services", help: "run none of the commands that stop, build, start and try services")
  static let services: [Option] = [
    noServices,
    .flag("--revert-on-failure", help: "go back again when build, start or smoke fails"),
  ]
  static let partial = Option.flag(
    "--partial", help: "leave out and list what of the database cannot be made here")
  static let takeAddress = Option.flag(
    "--take-address", help: "write files that lead to another database, although another clone recorded them")
  /// For commands that restore into a database other than the live one.
  static let trustedSource = Option.flag(
    "--trusted-source", help: "also restore imported checkpoints: you trust whoever wrote the file")
  static let yes = Option.flag("-y", "--yes", help: "do not ask")
}
