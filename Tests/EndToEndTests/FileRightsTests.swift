// Access lists, extended attributes, capabilities and owners, as getfacl, getfattr and stat show them: they come back with
// their files.

import FileSystem
import Glibc
import TestSupport
import Testing

/// The programs that set and show them, if the file system has them.
private enum RightsTools {
  static let work: Bool = {
    guard let directory = try? EndToEndDirectory() else { return false }
    let file = directory.path.appending("file")
    guard (try? TemporaryDirectory.write(file, [])) != nil else { return false }
    return [["setfacl", "-m", "u:1:r"], ["setfattr", "-n", "user.a", "-v", "b"]].allSatisfy { words in
      (try? Program.run(words.map { BytePath($0) } + [file]))?.code == 0
    }
  }()

  static let canMount: Bool = {
    let words: [BytePath] = ["unshare", "-m", "sh", "-c", "mount -t ramfs none /mnt"]
    return geteuid() == 0 && (try? Program.run(words))?.code == 0
  }()
}

extension Trait where Self == ConditionTrait {
  static var needsRightsTools: Self {
    .enabled(if: RightsTools.work, "this needs the packages acl and attr, and a file system that knows both")
  }
}

@Suite("Rights of files", .needsRightsTools)
struct FileRightsTests {
  private let scene: Scene
  private var repository: SampleRepository { scene.repository }

  init() throws {
    scene = try Scene()
    try repository.write(".gitignore", ".env*\n/ignored/\n")
    for name in ["clean.txt", "changed.txt", "dir/inner.txt", "attributed.txt", "read-only.txt"] {
      try repository.write(name, "\(name)\n")
    }
    try repository.commit("First")
  }

  private func run(_ words: any BytePathConvertible...) throws {
    try Program.run(words, directory: repository.top).succeeded()
  }

  /// What others than this program say of everything in the working tree.
  private func rights() throws -> [String] {
    var lines: [String] = []
    let find: [BytePath] = ["find", ".", "-path", "./.git", "-prune", "-o", "-print0"]
    let names = try Program.run(find, directory: repository.top).succeeded().output.split(separator: 0)
      .map { BytePath($0) }.filter { $0 != "./.git" }.sorted()
    for name in names {
      for words in [
        ["stat", "-c", "%u %g %a"], ["getfacl", "-n", "-P"],
        ["getfattr", "-h", "-d", "-m", "user|security.cap"],
      ] as [[BytePath]] {
        let result = try Program.run(words + [name], directory: repository.top)
        lines += ["\(name) \(words[0]): \(result.text)"]
      }
    }
    return lines
  }

  private func expect(
    _ before: (Picture, [String]), sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try scene.expect(before.0, sourceLocation: sourceLocation)
    let now = try rights()
    for (old, new) in zip(before.1, now) { #expect(old == new, sourceLocation: sourceLocation) }
    #expect(before.1.count == now.count, sourceLocation: sourceLocation)
  }

  /// Files of every kind that have something.
  private func decorate() throws {
    try repository.write("changed.txt", "changed\n")
    try repository.write("new.txt", "untracked\n")
    try repository.write("secret.txt", "private\n", mode: 0o600)
    try repository.write(".env", "A=1\n", mode: 0o600)
    try FileTree.makeDirectories(repository.top.appending("bare"), mode: 0o755)
    for name in ["clean.txt", "changed.txt", "new.txt", "secret.txt", ".env"] as [BytePath] {
      try run("setfacl", "-m", "u:1:rw", name)
    }
    try run("setfacl", "-m", "g:1:rx,d:u:1:rwx", "dir", "bare")
    try run("setfattr", "-n", "user.color", "-v", "blue", "attributed.txt")
    try run("setfattr", "-n", "user.color", "-v", "red", "read-only.txt")
    try run("setfattr", "-n", "user.\u{1}", "-v", "0x00ff0a", "new.txt")
    try FileTree.setPermissions(repository.top.appending("read-only.txt"), 0o444)
  }

  @Test(
    "everything that is lost comes back with its access lists and attributes, and undo takes it away again")
  func lost() throws {
    try decorate()
    let before = (try scene.picture(), try rights())
    let id = try scene.take("full")
    for name in try FileTree.list(repository.top) where name != ".git" { try repository.remove(name) }
    try scene.checkpoint("rollback", "--yes", id)
    try expect(before)
    try scene.checkpoint("verify", "--all")
    #expect(try scene.checkpoint("rollback", "--yes", id).printed.contains("0 files written"))
    try expect(before)
  }

  @Test("what keeps its contents gets its rights back, both ways")
  func onlyRights() throws {
    let plain = (try scene.picture(), try rights())
    let first = try scene.take("full")
    try run("setfacl", "-m", "u:1:rw", "clean.txt")
    try run("setfacl", "-m", "d:u:1:rwx", "dir", ".")
    try run("setfattr", "-n", "user.color", "-v", "blue", "attributed.txt")
    let decorated = (try scene.picture(), try rights())
    let second = try scene.take("full")
    try scene.checkpoint("rollback", "--yes", first)
    try expect(plain)
    try scene.checkpoint("rollback", "--yes", second)
    try expect(decorated)
    try scene.checkpoint("undo", "--yes")
    try expect(plain)
  }

  @Test("a file that was written over does not open to its group what only one user could do")
  func writtenOver() throws {
    try FileTree.setPermissions(repository.top.appending("clean.txt"), 0o600)
    try run("setfacl", "-m", "u:1:rw", "clean.txt")
    let before = (try scene.picture(), try rights())
    let id = try scene.take("full")
    try repository.write("clean.txt", "other\n")
    try scene.checkpoint("restore", "files", "--yes", id, "clean.txt")
    try expect(before)
  }

  @Test("new files do not inherit what the directories around them would give them now")
  func inherited() throws {
    let before = (try scene.picture(), try rights())
    let id = try scene.take("full")
    try repository.remove("dir/inner.txt")
    try repository.write("ignored/.env", "A=1\n")
    for name in [".", ".git", "dir"] as [BytePath] { try run("setfacl", "-m", "d:u:1:rwx", name) }
    try repository.remove("clean.txt")
    try repository.remove("ignored")
    try scene.checkpoint("rollback", "--yes", id)
    try expect(before)
  }

  @Test("a private file stays out of git's objects, whatever its mask shows as the group's rights")
  func privacy() throws {
    try repository.write("secret.txt", "for one more\n", mode: 0o600)
    try run("setfacl", "-m", "u:1:r", "secret.txt")
    try repository.write("shared.txt", "for a group\n", mode: 0o600)
    try run("setfacl", "-m", "g:1:r", "shared.txt")
    let before = (try scene.picture(), try rights())
    let id = try scene.take("full")
    func isObject(_ name: BytePath) throws -> Bool {
      let object = try repository.git("hash-object", "--no-filters", name).lines[0]
      return try repository.git("cat-file", "-e", object, accepting: [0, 1]).code == 0
    }
    #expect(try !isObject("secret.txt") && isObject("shared.txt"))
    for name in ["secret.txt", "shared.txt"] as [BytePath] { try repository.remove(name) }
    try scene.checkpoint("rollback", "--yes", id)
    try expect(before)
    // An archive knows no access lists: the owning group gets what it had, which is nothing.
    try scene.checkpoint(
      "export", id, "--format", "tar.gz", "--output", scene.directory.path.appending("a.tgz"))
    let list = try Program.run(["tar", "-tvzf", scene.directory.path.appending("a.tgz")]).succeeded().lines
    #expect(list.contains { $0.hasPrefix("-rw------- ") && $0.hasSuffix("secret.txt") }, "\(list)")
  }

  @Test("a difference only in rights is shown for files that are kept")
  func diffOfKept() throws {
    try repository.write(".env", "A=1\n", mode: 0o600)
    let id = try scene.take("full")
    #expect(try scene.checkpoint("diff", id).text.contains(".env") == false)
    try run("setfacl", "-m", "u:1:r", ".env")
    #expect(try scene.checkpoint("diff", id).text.contains(".env"))
  }

  @Test("as root, owners and capabilities come back", .enabled(if: geteuid() == 0, "this needs root"))
  func owners() throws {
    try decorate()
    try run("chown", "-h", "1:2", "clean.txt", "new.txt", ".env", "dir")
    try run("ln", "-s", "clean.txt", "link")
    try run("chown", "-h", "3:4", "link")
    try run("cp", "/bin/true", "tool")
    try run(
      "setfattr", "-n", "security.capability", "-v", "0x0100000200200000000000000000000000000000", "tool")
    let before = (try scene.picture(), try rights())
    let id = try scene.take("full")
    for name in try FileTree.list(repository.top) where name != ".git" { try repository.remove(name) }
    try scene.checkpoint("rollback", "--yes", id)
    try expect(before)
    try run("chown", "5:5", "clean.txt", "dir", ".env")
    try scene.checkpoint("rollback", "--yes", id)
    try expect(before)
  }

  @Test(
    "a user who may not give a file away is warned once, and has everything else back",
    .enabled(
      if: geteuid() == 0 && Unprivileged.isPossible, "this needs root, and setpriv to become another user"))
  func notRoot() throws {
    try scene.checkpoint("init", "--no-database")
    try Unprivileged.adopt(&scene.program, in: scene.directory.path)
    try run("chown", "3", "clean.txt", "dir/inner.txt")
    let id = try scene.take("full")
    for name in ["clean.txt", "dir/inner.txt"] as [BytePath] { try repository.remove(name) }
    let result = try scene.checkpoint("rollback", "--yes", id)
    #expect(result.printed.contains("the owner of clean.txt and 1 more could not be given back"), "\(result)")
    #expect(try repository.read("clean.txt") == "clean.txt\n")
  }

  @Test(
    "a file system without access lists opens nothing to a group, however often one goes back",
    .enabled(if: RightsTools.canMount, "this needs root, and a namespace of its own to mount something"))
  func noLists() throws {
    try decorate()
    try run("setfacl", "-m", "g::-,u:1:rw", "clean.txt", "dir")
    let id = try scene.take("full")
    let (inner, outer) = (repository.top, scene.directory.path)
    let script = """
      set -e
      outer=$1 inner=$2
      shift 2
      cp -a .git "$outer/git"
      cd /
      mount -t ramfs none "$inner"
      chmod 755 "$inner"
      echo "gitdir: $outer/git" >"$inner/.git"
      cd "$inner"
      for round in 1 2; do
        "$@"
        stat -c 'is %a %n' clean.txt dir .env
      done
      """
    let result = try scene.program.start(
      ["rollback", "--yes", id],
      under: ["unshare", "-m", "sh", "-c", BytePath(script), "sh", outer, inner]
    ).wait(limit: 60).succeeded()
    for line in ["is 604 clean.txt", "is 705 dir", "is 600 .env"] {
      #expect(result.lines.filter { $0 == line }.count == 2, "\(line) in \(result)")
    }
    let remarks = result.errorText.split(separator: "\n")
    #expect(
      remarks.count { $0.contains("access list of") && $0.hasSuffix("not supported") } == 2, "\(result)")
  }
}
