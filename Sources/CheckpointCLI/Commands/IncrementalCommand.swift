// `checkpoint incremental`: a checkpoint of everything, kept for a short time.

extension Command {
  static let incremental = taking(
    .incremental, "take a checkpoint of everything that is meant to be kept for a short time, without a tag",
    example: "checkpoint incremental")
}
