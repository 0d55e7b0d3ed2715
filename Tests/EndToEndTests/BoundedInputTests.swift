// What others wrote, in the places where a command looks: pipes without a writer, devices without an end, files that are
// too long. Each is an error at once, or passed over, and never waited for.

import Codecs
import FileSystem
import Glibc
import TestSupport
import Testing

@Suite("Files that have no end")
struct BoundedInputTests {
  /// Seconds in which even a busy machine reads 70 MiB.
  private static let limit = 240.0

  /// Something in the place of a file.
  private func put(_ kind: String, at path: BytePath) throws {
    try FileTree.remove(path)
    switch kind {
    case "pipe": #expect(path.withCString { mkfifo($0, 0o600) } == 0)
    case "device": try FileTree.makeLink(path, to: "/dev/zero")
    default: try TemporaryDirectory.write(path, [UInt8](repeating: 0x23, count: 70 << 20))
    }
  }

  @Test(
    "settings, progress and addresses that are pipes, devices or too long stop no other work",
    arguments: LongHunt.cases(["pipe", "device", "long"]))
  func project(kind: String) throws {
    let scene = try Scene.small()
    try scene.repository.write("stages/stage-01-a/progress.md", "- [ ] one\n")
    try scene.checkpoint("custom", "one")
    for name: BytePath in [".env", "stages/stage-01-a/progress.md"] {
      try put(kind, at: scene.repository.top.appending(name))
      for command: [BytePath] in [["status"], ["list"], ["stage", "list"], ["report"], ["diff", "one"]] {
        let result = try scene.program.run(command, limit: Self.limit)
        // A report says what it could not read.
        #expect(
          !result.timedOut && (result.code == 0 || command == ["report"] && result.code == 3), "\(result)")
      }
      try FileTree.remove(scene.repository.top.appending(name))
    }
    try put(kind, at: scene.repository.top.appending(".checkpointconfig"))
    let result = try scene.run("list")
    #expect(result.code == 1 && result.errorText.contains(".checkpointconfig"), "\(result)")
    #expect(result.errorText.contains(kind == "long" ? "longer than" : "not a regular file"), "\(result)")
  }

  @Test(
    "so do files of the store, which are no links either",
    arguments: LongHunt.cases(["pipe", "device", "long"]))
  func store(kind: String) throws {
    let scene = try Scene.small()
    let ids = try (scene.take("custom", "one"), scene.take("custom", "two"))
    let notes = scene.store.appending("notes/\(ids.0).json")
    for path in [scene.store.appending("manifests/\(ids.0).json"), notes] {
      try put(kind, at: path)
      for command: [BytePath] in [
        ["list"], ["show", BytePath(ids.1)], ["verify", BytePath(ids.1)], ["status"],
      ] {
        let result = try scene.program.run(command, limit: Self.limit)
        #expect(!result.timedOut && result.code != nil, "\(result)")
      }
      #expect(try scene.run("show", BytePath(ids.1)).code == 0)
    }
    try put(kind, at: scene.store.appending("log/operations.jsonl"))
    for command: [BytePath] in [
      ["custom", "three"], ["log"], ["verify", "three"], ["rollback", "--yes", "three"],
    ] {
      let result = try scene.program.run(command, limit: Self.limit)
      let isRefused = command == ["log"] && kind != "long"
      #expect(!result.timedOut && result.code == (isRefused ? 1 : 0), "\(command) \(result)")
    }
    try put(kind, at: scene.store.appending("format"))
    let result = try scene.run("list")
    #expect(result.code == 1 && !result.timedOut, "\(result)")
  }

  @Test("what is to be imported is read by its kind, and names that no system call takes are refused")
  func imports() throws {
    let scene = try Scene.small()
    let file = scene.directory.path.appending("file")
    try put("pipe", at: file)
    let result = try scene.run("import", file)
    #expect(
      result.code == 1 && !result.timedOut && result.errorText.contains("not a regular file"), "\(result)")
    try FileTree.remove(file)
    let long = "project/" + String(repeating: "a/", count: 2_100) + "b"
    let refusals = [
      (long, 2, "has a path of 4209 bytes, and 4095 are possible: project/a/a/"),
      ("metadata/backup-metadata.json", 17 << 20, "metadata/backup-metadata.json in \(file) is too long"),
    ]
    for (name, size, refusal) in refusals {
      var bytes: [UInt8] = []
      let tar = try TarWriter { bytes.append(contentsOf: $0) }
      try tar.add("project/a".utf8, .file(byteCount: 0), permissions: 0o644, modified: 0)
      try tar.add(name.utf8, .file(byteCount: size), permissions: 0o644, modified: 0)
      try [UInt8](repeating: 0x20, count: size).withUnsafeBytes { try tar.write($0) }
      try tar.finish()
      try SystemFileOperations().replaceFile(file, with: bytes)
      let result = try scene.run("import", file)
      #expect(result.code == 1 && result.errorText.contains(refusal), "\(result)")
    }
  }
}
