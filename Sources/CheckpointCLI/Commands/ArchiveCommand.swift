// `checkpoint archive`: moves the contents of checkpoints into one strongly compressed file each.

import Checkpoints
import Formatting
import Operations

extension Command {
  static let archive = Command(
    name: "archive", operands: [.any("SELECTOR", .checkpoint)],
    summary: "move the contents of old checkpoints into one small file each",
    details: """
      The file is archive/YYYY-MM/ID.tar.zst in the store. It has everything that the checkpoint recorded,
      with a README for stock tools, and is read back before the contents leave the store. The checkpoint
      stays in lists, and is verified, compared and gone back to like any other; that takes longer, because
      its contents are unpacked first. Git's objects also stay in the repository.
      """,
    options: [
      .value(
        "--older-than", as: "AGE",
        help: "all that are older, such as 30d, 6m or 1y; not rescues and warm ones"),
      .flag("--now", help: "free the space at once, if nothing else is at work"),
    ],
    examples: ["checkpoint archive --older-than 6m", "checkpoint archive full_20260514_101500"],
    exitCodes: [.done, .failed, .usage, .partly, .noRepository, .locked]
  ) { invocation in
    var request = ArchiveRequest(try which(invocation))
    request.atOnce = invocation.has("--now")
    let workspace = try Workspace(invocation)
    let console = workspace.console
    let outcome = try workspace.session.archive(request) { archived in
      if !console.isJSON {
        console.result("\(archived.id)  \(Format.bytes(archived.byteCount))  \(archived.path)")
      }
    }
    let collection = try? outcome.collection?.get()
    if console.isJSON {
      try console.json(View(outcome, collection))
    } else if outcome.archived.isEmpty && outcome.left.isEmpty {
      console.result("there is nothing to archive")
    } else if let collection, collection.removed.bytes + collection.trash.bytes > 0 {
      console.result(GCReport.line(collection))
    }
    for (id, reason) in outcome.left { console.warn(Diagnostic(reason), "\(id) stays as it is") }
    if case .failure(let error)? = outcome.collection {
      console.warn(Diagnostic(error), "the space is not free yet")
      return .partly
    }
    return outcome.left.isEmpty ? .done : .partly
  }

  private static func which(_ invocation: Invocation) throws -> ArchiveRequest.Which {
    guard let text = invocation.value("--older-than") else {
      if invocation.operands.isEmpty {
        throw UsageError(
          description: "which checkpoints are archived?",
          hints: ["a selector, or all that are older: checkpoint archive --older-than 6m"])
      }
      return .selected(invocation.operands)
    }
    guard invocation.operands.isEmpty else {
      throw UsageError(description: "--older-than chooses the checkpoints, so no selector goes with it")
    }
    guard let seconds = SettingType.age(text), seconds > 0 else {
      throw UsageError(
        description: "“\(text)” is no age", hints: ["such as 12h, 30d, 8w, 6m or 1y"])
    }
    return .olderThan(seconds)
  }

  private struct View: Encodable {
    struct Entry: Encodable { var id: String, file: String, bytes: Int }
    struct Left: Encodable { var id: String, reason: String }

    var archived: [Entry]
    /// Archived before.
    var unchanged: [String]
    var left: [Left]
    var freedBytes: Int
    var trashBytes: Int

    init(_ outcome: ArchiveOutcome, _ collection: GarbageCollection.Result?) {
      archived = outcome.archived.map { Entry(id: "\($0.id)", file: "\($0.path)", bytes: $0.byteCount) }
      unchanged = outcome.unchanged.map(\.description)
      left = outcome.left.map { Left(id: "\($0.id)", reason: "\($0.reason)") }
      (freedBytes, trashBytes) = (collection?.removed.bytes ?? 0, collection?.trash.bytes ?? 0)
    }
  }
}
