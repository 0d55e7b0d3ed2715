// `checkpoint remote show`: whether a remote is there, and what is in it.

import Formatting
import Operations

extension Command {
  static let remoteShow = Command(
    name: "show", operands: [.optional("NAME", .text)],
    summary: "show whether a remote is there, what it has, and how much room is left",
    details: """
      Indexes and the list of checkpoints are read and checked; checkpoint verify --remote NAME reads the rest.
      """,
    examples: ["checkpoint remote show", "checkpoint remote show backup --json"],
    exitCodes: [.done, .failed, .usage, .noRepository, .verificationFailed]
  ) { invocation in
    let standing = try Workspace(invocation).session.remoteStanding(invocation.operands.first)
    let console = invocation.console
    for problem in standing.damaged { console.warning("\(problem)") }
    if console.isJSON {
      struct View: Encodable {
        var name: String, url: String
        var checkpoints: Int, bytes: Int, freeBytes: Int
        var damaged: [String]
      }
      try console.json(
        View(
          name: standing.place.name, url: standing.place.url, checkpoints: standing.checkpointCount,
          bytes: standing.byteCount, freeBytes: standing.freeByteCount,
          damaged: standing.damaged.map { "\($0)" }))
    } else {
      let checkpoints = Format.plural(standing.checkpointCount, "checkpoint")
      console.result("\(standing.place.name)  \(standing.place.url)")
      console.result(
        "\(checkpoints), \(Format.bytes(standing.byteCount)); \(Format.bytes(standing.freeByteCount)) free")
    }
    return standing.damaged.isEmpty ? .done : .verificationFailed
  }
}
