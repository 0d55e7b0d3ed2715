// A remote that an enemy has written, or that something else stands in.

import FileSystem
import TestSupport
import Testing

@Suite("Hostile remotes")
struct HostileRemoteTests {
  private let scene: Scene
  private let remote: BytePath
  private let id: BytePath

  init() throws {
    scene = try Scene.small()
    remote = scene.directory.path.appending("away")
    try scene.repository.write(".env.local", "NUMBER=1\n", mode: 0o600)
    id = BytePath(try scene.take("full"))
    try scene.checkpoint("remote", "add", "away", remote)
    try scene.checkpoint("push")
  }

  private func file(in part: BytePath) throws -> BytePath {
    let found = try Program.run(["find", remote.appending(part), "-type", "f"]).succeeded().lines
    return BytePath(try #require(found.first))
  }

  private func sha256(_ file: BytePath) throws -> String {
    String(try Program.run(["sha256sum", file]).succeeded().text.prefix(64))
  }

  /// Puts another checkpoint in the place of the one that is there, under a name that is right.
  private func replaceCheckpoint(_ old: String, _ new: String) throws {
    let file = try file(in: "checkpoints")
    let text = String(decoding: try FileTree.readAll(file), as: UTF8.self)
    try #require(text.contains(old))
    try FileTree.remove(file)
    let other = try #require(file.parent).appending("made")
    try TemporaryDirectory.write(other, Array(text.replacing(old, with: new).utf8))
    let name = "\(id).\(try sha256(other))"
    try Program.run(["mv", other, try #require(other.parent).appending(BytePath(name))]).succeeded()
  }

  /// Deletes the checkpoint here, and pulls it.
  private func pulled() throws -> ProgramResult {
    try scene.checkpoint("delete", "--yes", id)
    try scene.checkpoint("gc", "--now")
    return try scene.run("pull", id)
  }

  @Test(
    "a checkpoint that names another, has paths that lead outside, or numbers that are none, is refused",
    arguments: [
      (#"\"id\" : \"full_"#, #"\"id\" : \"evil_"#), (#"\"name\" : \"files\""#, #"\"name\" : \"../files\""#),
      (#""format" : 1,"#, #""format" : 7,"#), (#""byteCount" : "#, #""byteCount" : -"#),
      (#""byteCount" : "#, #""byteCount" : 99999999"#),
      (#"\"branch\" : \"main\""#, #"\"branch\" : \"../../x\""#),
      ("\"pieces\" : [\n        \"", "\"pieces\" : [\n        \"0"), (#"/state""#, #"/statf""#),
      (#"/head""#, #"/heaf""#),
      (#""history" : ["#, #""history" : [], "old" : ["#), (#""refs/heads/main""#, #""refs/heads/../config""#),
      (#""refs/heads/main""#, #""refs/tags/checkpoint/x""#),
      (#"\"kind\" : \"full\""#, #"\"kind\" : \"rescue\""#),
    ])
  func forged(old: String, new: String) throws {
    try replaceCheckpoint(old, new)
    #expect(try scene.run("verify", "--remote", "away").code == 12)
    let result = try pulled()
    #expect(
      result.code == 12 && result.text.isEmpty && !result.errorText.contains("DecodingError"), "\(result)")
    #expect(try scene.names(in: "manifests").isEmpty)
    try scene.expectNone(scene.leftovers())
  }

  @Test("links, pipes and directories in the place of files are not followed, and nothing hangs")
  func otherThanFiles() throws {
    let outside = scene.directory.path.appending("outside")
    try FileTree.makeDirectories(outside, mode: 0o700)
    for part in ["packs", "indexes", "checkpoints"] as [BytePath] {
      let file = try file(in: part)
      let aside = outside.appending("aside")
      for command in [["ln", "-s", aside], ["mkfifo"], ["mkdir"]] as [[BytePath]] {
        try Program.run(["mv", file, aside]).succeeded()
        try Program.run(command + [file]).succeeded()
        let result = try scene.run("verify", "--remote", "away")
        #expect(result.code == (part == "checkpoints" ? 0 : 12), "\(command) \(part): \(result)")
        try FileTree.remove(file)
        try Program.run(["mv", aside, file]).succeeded()
      }
    }
    try Program.run(["mv", remote.appending("packs"), outside.appending("packs")]).succeeded()
    try Program.run(["ln", "-s", outside, remote.appending("packs")]).succeeded()
    let refused = try scene.run("push")
    #expect(refused.code == 12 && refused.errorText.contains("it is not a directory"), "\(refused)")
    #expect(try FileTree.list(outside) == ["packs"])
  }

  @Test("a repository without its whole history is not pushed")
  func shallow() throws {
    try scene.repository.write("b.txt", "two\n")
    try scene.repository.commit("Second")
    var program = scene.program
    program.directory = scene.directory.path.appending("shallow")
    try scene.repository.git(
      "clone", "-q", "--depth", "1", "file://\(scene.repository.top)", program.directory)
    try program.run(["remote", "add", "away", remote]).succeeded()
    try program.run(["full"]).succeeded()
    let result = try program.run(["push"])
    #expect(result.code == 1 && result.errorText.contains("git fetch --unshallow"), "\(result)")
  }
}
