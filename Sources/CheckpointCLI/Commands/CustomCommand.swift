// `checkpoint custom`: a checkpoint of everything, under a name of your own.

extension Command {
  static let custom = taking(
    .custom, "take a checkpoint of everything under a name of your own",
    example: "checkpoint custom before-upgrade",
    nameIsNeeded: true)
}
