// `checkpoint incremental`: a short-lived checkpoint of everything.

extension Command {
  static let incremental = taking(
    .incremental, "take a short-lived checkpoint of everything, without a tag",
    example: "checkpoint incremental")
}
