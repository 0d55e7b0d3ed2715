// `checkpoint trust`: commands in the committed `.checkpointconfig` run only after somebody has read this
// exact text and said so.

import Checkpoints
import ChunkStore
import Codecs
import FileSystem
import FoundationEssentials

struct Trust: Sendable {
  /// The consent is kept in the common git directory, which no commit reaches.
  let gitDirectory: BytePath
  let settings: Settings

  private var file: BytePath { gitDirectory.appending("checkpoint-trusted") }

  private var digest: String {
    // Keys and texts hold no NUL, so no text can pass for two.
    let text = settings.committedCommands.map { "\($0.key)\0\($0.text)\0" }.joined()
    return SHA256.digest(Array(text.utf8)).hexadecimal
  }

  var isGiven: Bool {
    guard let bytes = try? FileTree.readAll(file) else { return false }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").contains { $0 == digest }
  }

  func give(_ store: Store) throws {
    try store.files.replaceFile(file, with: Array("\(digest)\n".utf8))
  }
}

extension Command {
  static let trust = Command(
    name: "trust", operands: "", operandCount: 0...0,
    summary: "agree to the commands that .checkpointconfig wants to run",
    details:
      "Shows the commands and records that exactly these may run. A later change of them needs a new consent.",
    options: [SharedOptions.yes], examples: ["checkpoint trust"]
  ) { invocation in
    let workspace = try Workspace(invocation)
    let store = try workspace.openOrCreateStore()
    let trust = Trust(
      gitDirectory: workspace.project.location.commonDirectory, settings: workspace.project.settings)
    let commands = workspace.project.settings.committedCommands
    if commands.isEmpty {
      try invocation.console.outcome("\(Settings.fileName) contains no commands")
      return .done
    }
    for (key, text) in commands { invocation.console.remark("\(key) = \(Format.visible(text))") }
    guard try invocation.console.confirm("let checkpoint run these?", isAnswered: invocation.has("--yes"))
    else {
      return .failed
    }
    try workspace.logged("trust", store) { (try trust.give(store), nil, nil) }
    try invocation.console.outcome("trusted")
    return .done
  }
}
