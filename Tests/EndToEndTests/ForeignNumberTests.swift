// Numbers that no program of ours writes: a manifest or document that has one is damaged, and no command ends by it.

import ChunkStore
import FileSystem
import TestSupport
import Testing

@Suite("Numbers that others wrote")
struct ForeignNumberTests {
  private static let commands: [[BytePath]] = [
    ["list"], ["list", "--json"], ["show", "full"], ["show", "latest", "--json"], ["verify", "full"],
    ["diff", "stage-01-start", "full"], ["report"], ["report", "stage-01"], ["status"], ["stage", "list"],
    ["stage", "show", "stage-01"], ["log"], ["rollback", "--dry-run", "full"], ["delete", "--yes", "full"],
  ]

  /// - Parameter isUsual: with every command, and not only with those that read all that is wrong.
  private func expectNoCrash(
    _ foreign: ForeignStore, isUsual: Bool, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let few: [[BytePath]] = [["show", "full"], ["verify", "full"], ["rollback", "--dry-run", "full"]]
    for command in isUsual ? Self.commands : few {
      let result = try foreign.scene.program.run(command)
      #expect(
        !result.timedOut && result.code != nil, "\(command) \(result)", sourceLocation: sourceLocation)
    }
  }

  /// A project with a stage, and its checkpoints.
  private func staged() throws -> ForeignStore {
    let scene = try Scene.small()
    try scene.repository.write(".env", "A=1\n")
    try scene.repository.write("stages/stage-01-x/progress.md", "# P\n- [x] a\n- [ ] b\n")
    try scene.checkpoint("stage-01-start")
    let foreign = try ForeignStore(scene)
    return foreign
  }

  @Test(
    "a manifest with such a number is named as damaged, and hides no other",
    arguments: [
      ("\"staged\" : 0", "\"staged\" : 9223372036854775807"),
      ("\"unstaged\" : 0", "\"unstaged\" : -9223372036854775808"),
      ("\"untracked\" : 1", "\"untracked\" : -5"),
      ("\"bytesRead\" :", "\"bytesRead\" : 9223372036854775807, \"was\" :"),
      ("\"total\" :", "\"total\" : 1e308, \"was\" :"), ("\"total\" :", "\"total\" : -1e308, \"was\" :"),
      ("\"liveByteCount\" :", "\"liveByteCount\" : 9223372036854775807, \"was\" :"),
      ("\"files\" :", "\"files\" : 4611686018427387904, \"was\" :"),
    ])
  func manifests(old: String, new: String) throws {
    let foreign = try staged()
    try foreign.replace(old, with: new)
    let listed = try foreign.scene.run("list")
    #expect(listed.printed.contains("stage-01-start"), "\(listed)")
    #expect(listed.errorText.contains("cannot be read") && listed.code == 3, "\(listed)")
    try expectNoCrash(foreign, isUsual: old.contains("staged"))
  }

  @Test(
    "so is a document",
    arguments: LongHunt.cases(["9223372036854775807", "-9223372036854775808", "-1", "1e300"]))
  func documents(number: String) throws {
    for field in ["first", "count", "byteCount"] {
      let foreign = try staged()
      try foreign.replaceDocument { text in
        guard let range = text.firstRange(of: "\"\(field)\":") else { return text }
        let end = text[range.upperBound...].firstIndex { !$0.isNumber } ?? text.endIndex
        return text[..<range.upperBound] + number + text[end...]
      }
      let verified = try foreign.scene.run("verify", "full")
      #expect(verified.code == 12, "\(verified)")
      try expectNoCrash(foreign, isUsual: field == "count" && number == "-1")
    }
  }

  @Test(
    "and a list of chunks",
    arguments: LongHunt.cases([
      "9223372036854775807 0:0", "-1 0:0", "4 9223372036854775807:0", "4 0:0 @9223372036854775807",
    ]))
  func lists(fields: String) throws {
    let foreign = try staged()
    let chunk = try foreign.write(Array("A=1\n".utf8))
    let list = try foreign.write(Array("\(chunk) \(fields)\n\(chunk) \(fields)\n".utf8))
    try foreign.replaceDocument { text in
      guard let range = text.firstRange(of: "\"list\":\"") else { return text }
      let end = text.index(range.upperBound, offsetBy: 64)
      return (text[..<range.upperBound] + list + text[end...]).replacing("\"count\":1", with: "\"count\":2")
    }
    let verified = try foreign.scene.run("verify", "full")
    #expect(verified.code == 12, "\(verified)")
    try expectNoCrash(foreign, isUsual: fields.hasPrefix("-1"))
  }

  @Test("a small chunk that expands to a huge document is refused before it is expanded")
  func bomb() throws {
    let foreign = try staged()
    let json = try JSONValue(parsing: FileTree.readAll(foreign.manifest))
    let old = try #require(json["sources"]?[0]?["document"]?.string)
    try foreign.replace(
      old, with: foreign.write([UInt8](repeating: UInt8(ascii: " "), count: 300 << 20)))
    for command: [BytePath] in [["verify", "full"], ["rollback", "--dry-run", "full"], ["full"]] {
      let limited = try Program.run(
        ["sh", "-c", "ulimit -v 600000; exec \"$@\"", "sh", CheckpointProgram.binary] + command,
        environment: ["HOME": "\(foreign.scene.program.home)", "GIT_CONFIG_NOSYSTEM": "1"],
        directory: foreign.scene.repository.top)
      #expect(limited.code == 12 || command == ["full"] && limited.code == 0, "\(limited)")
    }
  }
}
