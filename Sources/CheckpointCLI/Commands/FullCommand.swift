// `checkpoint full`: a checkpoint of everything.

extension Command {
  static let full = taking(
    .full, "take a checkpoint of everything", example: "checkpoint full -m \"before the release\"")
}
