// scripts/install and scripts/package with the program that was built for the tests.

import FileSystem
import TestSupport
import Testing

@Suite("Installation")
struct InstallationTests {
  private let directory: EndToEndDirectory
  private let prefix: BytePath
  private let program = CheckpointProgram.binary

  init() throws {
    directory = try EndToEndDirectory()
    prefix = directory.path.appending("a place")
  }

  private static let root = BytePath(#filePath).parent?.parent?.parent ?? "."

  private func script(_ name: BytePath, _ arguments: [BytePath]) throws -> ProgramResult {
    try Program.run(
      [Self.root.appending("scripts").appending(name)] + arguments,
      environment: [
        "CHECKPOINT_BIN": "\(program)", "HOME": "\(directory.path)", "SOURCE_DATE_EPOCH": "1700000000",
      ], directory: directory.path, limit: 120)
  }

  /// All files and links below a directory.
  private func files(_ directory: BytePath) throws -> [String] {
    let found = try Program.run(["find", directory, "!", "-type", "d", "-printf", "%P\n"]).succeeded()
    return found.lines.sorted()
  }

  private let product = [
    "bin/checkpoint", "bin/git-checkpoint", "share/bash-completion/completions/checkpoint",
    "share/bash-completion/completions/git-checkpoint", "share/fish/vendor_completions.d/checkpoint.fish",
    "share/man/man1/checkpoint.1", "share/man/man1/git-checkpoint.1",
    "share/zsh/site-functions/_checkpoint",
  ]

  @Test("install puts the program, completions and manual page below PREFIX, and takes them away again")
  func comesAndGoes() throws {
    let installed = try script("install", [prefix]).succeeded()
    #expect(try files(prefix) == product)
    for name in product { #expect(installed.text.contains("installed \(prefix)/\(name)"), "\(installed)") }
    #expect(installed.text.contains("hint: \(prefix)/bin is not on PATH"))
    let version = try Program.run([prefix.appending("bin/git-checkpoint"), "--version"]).succeeded().text
    #expect(version == (try Program.run([program, "--version"]).text))
    let sizes = try [prefix.appending("bin/checkpoint"), program].map {
      try FileTree.status($0)?.byteCount ?? 0
    }
    #expect(sizes[0] > 1_000_000 && sizes[0] < sizes[1])
    for (shell, file) in [
      ("bash", "bash-completion/completions/git-checkpoint"), ("zsh", "zsh/site-functions/_checkpoint"),
      ("fish", "fish/vendor_completions.d/checkpoint.fish"),
    ] {
      let printed = try Program.run([program, "completion", BytePath(shell)]).succeeded().output
      #expect(try FileTree.readAll(prefix.appending("share").appending(BytePath(file))) == printed)
    }
    let page = try FileTree.readAll(prefix.appending("share/man/man1/git-checkpoint.1"))
    #expect(page == (try Program.run([program, "help", "--man"]).output))

    // Again over what is there, and gone.
    try script("install", [prefix]).succeeded()
    #expect(try files(prefix) == product)
    let removed = try script("install", ["--uninstall", prefix]).succeeded()
    #expect(try files(prefix) == [])
    for name in product { #expect(removed.text.contains("removed \(prefix)/\(name)"), "\(removed)") }
    #expect(
      try script("install", ["--uninstall", prefix]).succeeded().text.hasPrefix("nothing of checkpoint"))
  }

  @Test("files that are not ours stay when it is taken away")
  func strangers() throws {
    try script("install", [prefix]).succeeded()
    let other = prefix.appending("share/man/man1/other.1")
    try SystemFileOperations().replaceFile(other, with: Array("other".utf8))
    try script("install", ["--uninstall", prefix]).succeeded()
    #expect(try files(prefix) == ["share/man/man1/other.1"])
    let file = prefix.appending("bin/checkpoint")
    try SystemFileOperations().replaceFile(file, with: Array("#!/bin/sh\necho another\n".utf8))
    let refused = try script("install", ["--uninstall", prefix])
    #expect(refused.code == 1 && refused.errorText.contains("another program"), "\(refused)")
    #expect(FileTree.exists(file))
  }

  @Test(
    "what is not understood changes nothing",
    arguments: [
      ("install", ["--nothing"]), ("install", ["a", "b"]), ("install", [""]), ("package", []),
      ("package", ["rpm"]), ("package", ["deb", "wheel"]), ("package", ["wheel", "--output"]),
    ])
  func mistakes(name: String, arguments: [String]) throws {
    let result = try script(BytePath(name), arguments.map { BytePath($0) })
    #expect(result.code == 1 && result.errorText.contains("hint: scripts/\(name) "), "\(result)")
    #expect(try files(directory.path) == [])
  }

  @Test("a wheel holds the program, is tagged by the glibc that it needs, and names its libraries")
  func wheel() throws {
    let output = directory.path.appending("packages")
    let made = try script("package", ["wheel", "--output", output]).succeeded()
    let file = BytePath(try made.line)
    let name = try #require(file.lastComponent.exactText)
    #expect(name.hasPrefix("project_checkpoint-") && name.contains("-py3-none-manylinux_2_"), "\(made)")
    let script = """
      import base64, hashlib, sys, zipfile
      archive = zipfile.ZipFile(sys.argv[1])
      names = archive.namelist()
      record = next(name for name in names if name.endswith(".dist-info/RECORD"))
      lines = archive.read(record).decode().splitlines()
      assert sorted(line.split(",")[0] for line in lines) == sorted(names)
      for line in lines:
          name, digest, size = line.split(",")
          if name != record:
              data = archive.read(name)
              found = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
              assert digest == "sha256=" + found and int(size) == len(data), name
      for name in names:
          mode = archive.getinfo(name).external_attr >> 16
          assert mode == (0o100755 if "/scripts/" in name else 0o100644), name
          print(name.split("/", 1)[1])
      print(archive.read(record.replace("RECORD", "METADATA")).decode())
      """
    let listed = try Program.run(["python3", "-c", BytePath(script), file]).succeeded()
    for wanted in [
      "scripts/checkpoint", "scripts/git-checkpoint", "data/share/man/man1/checkpoint.1",
      "data/share/bash-completion/completions/checkpoint", "METADATA", "WHEEL", "LICENSE",
    ] { #expect(listed.lines.contains(wanted), "\(wanted)") }
    #expect(listed.text.contains("| `libgit2.so"))
    #expect(listed.text.contains("libpq5") && listed.text.contains("Requires-External: libpq.so.5"))
    // The same once more is the same.
    let bytes = try FileTree.readAll(file)
    try self.script("package", ["wheel", "--output", output]).succeeded()
    #expect(try FileTree.readAll(file) == bytes)
    #expect(try files(output) == [name])
  }
}
