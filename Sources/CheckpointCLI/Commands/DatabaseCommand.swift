// `checkpoint database`: a checkpoint of the databases only.

extension Command {
  static let database = taking(
    .database, "take a checkpoint of the databases only", example: "checkpoint database pre-migration")
}
