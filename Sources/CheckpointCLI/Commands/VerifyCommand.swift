// `checkpoint verify`: reads and hashes everything again, or restores it to compare.

import Checkpoints
import Operations

extension Command {
  static let verify = Command(
    name: "verify", operands: [.optional("SELECTOR", .checkpoint)],
    summary: "read and hash everything that a checkpoint consists of (default: latest)",
    details: """
      Every chunk is read and hashed again; refs, tags, the manifest's digest in them and git's
      objects are compared. With --restore the databases are really restored, next to the live ones,
      and every table's rows, sequences, large objects and definitions are compared: the checkpoint
      is proven. If anything is damaged, it is named, and the exit code is 12.
      """,
    options: [
      .flag("-a", "--all", help: "all checkpoints"),
      .value("--sample", as: "N", help: "the N checkpoints that were looked at longest ago, or never"),
      .flag("--restore", help: "restore the databases into a scratch database and compare"),
      .value(
        "--read-data-subset", as: "n/t",
        help: "read only the n-th of t parts of the stored data: after t runs all was read"),
      .value("--remote", as: "NAME", help: "read everything that a remote has instead"),
      SharedOptions.trustedSource,
    ] + SharedOptions.database,
    examples: [
      "checkpoint verify", "checkpoint verify --all", "checkpoint verify stage-02-complete --restore",
      "checkpoint verify --all --read-data-subset 3/7", "checkpoint verify --remote backup",
    ],
    exitCodes: [.done, .failed, .usage, .noRepository, .locked, .verificationFailed]
  ) { invocation in
    let subset = try invocation.value("--read-data-subset").map(DataSubset.init(parsing:))
    if let subset, invocation.has("--restore") {
      throw UsageError(
        description: "--restore reads everything, so --read-data-subset \(subset) leaves nothing")
    }
    let workspace = try Workspace(invocation)
    if let name = invocation.value("--remote") { return try verifyRemote(name, workspace) }
    var request = VerifyRequest(try which(invocation))
    request.proves = invocation.has("--restore")
    request.subset = subset
    request.trustsImports = invocation.has("--trusted-source")
    let report = try workspace.session.verify(request, decide: workspace.requireVouched)
    try VerificationText.show(report, subset, invocation.console)
    return report.damaged.isEmpty ? .done : .verificationFailed
  }

  private static func verifyRemote(_ name: String, _ workspace: Workspace) throws -> ExitCode {
    let (invocation, console) = (workspace.invocation, workspace.console)
    let others = [
      "--all", "--sample", "--restore", "--read-data-subset", "--trusted-source", "--database",
      "--no-database",
      "--client-prefix",
    ].filter(invocation.has)
    if let other = others.first ?? invocation.operands.first {
      throw UsageError(description: "--remote reads all that is there, so “\(other)” does not go with it")
    }
    let (place, result) = try workspace.session.verifyRemote(name)
    if console.isJSON {
      struct View: Encodable {
        struct Bad: Encodable { var id: String, reason: String }
        var remote: String
        var good: [String]
        var bad: [Bad]
        var damaged: [String]
        var bytes: Int
      }
      try console.json(
        View(
          remote: place.name, good: result.good.map(\.description),
          bad: result.bad.map { .init(id: $0.id.description, reason: $0.reason) },
          damaged: result.problems.map { "\($0.problem)" }, bytes: result.byteCount))
    }
    return RemoteText.report(result, on: place, console)
  }

  /// The checkpoints that the words of the command mean.
  private static func which(_ invocation: Invocation) throws -> VerifyRequest.Which {
    let words = [invocation.has("--all"), invocation.has("--sample"), !invocation.operands.isEmpty]
    if words.count(where: { $0 }) > 1 {
      throw UsageError(description: "a SELECTOR, --all and --sample exclude each other")
    }
    if invocation.has("--all") { return .all }
    guard let text = invocation.value("--sample") else {
      return .one(invocation.operands.first ?? "latest")
    }
    guard let count = Int(text), count > 0 else {
      throw UsageError(description: "--sample takes a number of checkpoints, not “\(text)”")
    }
    return .sample(count)
  }
}

extension DataSubset {
  fileprivate init(parsing text: String) throws {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1], count > 0,
      (1...count).contains(number)
    else {
      throw UsageError(
        description: "--read-data-subset takes n/t with n from 1 to t, not “\(text)”",
        hints: ["--read-data-subset 1/7 today, 2/7 tomorrow"])
    }
    self.init(number: number, count: count)
  }
}
