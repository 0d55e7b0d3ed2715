// `checkpoint push`: copies checkpoints to a remote.

import Checkpoints
import Formatting
import Operations

extension Command {
  static let push = Command(
    name: "push", operands: [.any("SELECTOR", .checkpoint)],
    summary: "copy checkpoints to a remote (default: latest)",
    details: """
      Only what the remote lacks is sent: contents, and git's history with all branches and tags. A
      checkpoint is on the remote once everything that it needs is, so a push that is interrupted leaves
      nothing half there, and the next one goes on where it ended. Work that was recorded in submodules
      stays in their repositories.
      """,
    options: [
      .flag("-a", "--all", help: "all checkpoints, without those that rollback took"),
      .value("--kind", as: "KIND", .words(ordinaryKinds.map(\.rawValue)), help: "all of one kind"),
      .flag("--verify", help: "read everything that the remote has, and send again what is damaged"),
      SharedOptions.remote,
    ],
    examples: ["checkpoint push", "checkpoint push --all --verify", "checkpoint push --kind stage"],
    exitCodes: [.done, .failed, .usage, .partly, .noRepository, .locked, .verificationFailed]
  ) { invocation in
    var request = PushRequest(try which(invocation))
    request.remote = invocation.value("--remote")
    request.verifies = invocation.has("--verify")
    let outcome = try Workspace(invocation).session.push(request)
    let console = invocation.console
    let result = outcome.result
    for (id, reason) in result.failed { console.warn(Diagnostic(reason), "\(id) was not pushed") }
    for problem in outcome.unreadable { console.warning("\(problem)") }
    for id in result.withSubmodules {
      console.warning("\(id): the work that it recorded in submodules stays in their repositories")
    }
    if console.isJSON {
      try console.json(PushView(outcome))
    } else if result.pushed.isEmpty && result.failed.isEmpty {
      console.result(
        result.unchanged.isEmpty
          ? "there is nothing to push" : "\(outcome.place.name) has all of them already")
    } else {
      for id in result.pushed { console.result("\(id)") }
      console.remark(
        "\(Format.plural(result.pushed.count, "checkpoint")) pushed to \(outcome.place.name), "
          + "\(Format.bytes(result.byteCount)) sent")
    }
    let isAll = result.failed.isEmpty && outcome.unreadable.isEmpty
    guard let verification = outcome.verification else { return isAll ? .done : .partly }
    return RemoteText.report(verification, on: outcome.place, console)
  }

  private static let ordinaryKinds = Kind.allCases.filter { !$0.isInternal }

  private static func which(_ invocation: Invocation) throws -> PushRequest.Which {
    let words = [invocation.has("--all"), invocation.has("--kind"), !invocation.operands.isEmpty]
    if words.count(where: { $0 }) > 1 {
      throw UsageError(description: "SELECTORs, --all and --kind exclude each other")
    }
    if invocation.has("--all") { return .all }
    guard let text = invocation.value("--kind") else {
      return .selected(invocation.operands.isEmpty ? ["latest"] : invocation.operands)
    }
    guard let kind = ordinaryKinds.first(where: { $0.rawValue == text }) else {
      throw UsageError(
        description: "“\(text)” is no kind of checkpoint",
        hints: [ordinaryKinds.map(\.rawValue).joined(separator: ", ")])
    }
    return .ofKind(kind)
  }
}

private struct PushView: Encodable {
  var remote: String
  var pushed: [String]
  /// Those that the remote had.
  var unchanged: [String]
  var failed: [String]
  var bytes: Int
  var damaged: [String]?

  init(_ outcome: PushOutcome) {
    remote = outcome.place.name
    pushed = outcome.result.pushed.map(\.description)
    unchanged = outcome.result.unchanged.map(\.description)
    failed = outcome.result.failed.map { "\($0.id): \($0.reason)" } + outcome.unreadable.map { "\($0)" }
    bytes = outcome.result.byteCount
    damaged = outcome.verification.map { found in
      found.problems.map { "\($0.problem)" } + found.bad.map { "\($0.id): \($0.reason)" }
    }
  }
}
