// Completions as the shells run them: the script that the program prints, with checkpoints and stages of a real project.

import FileSystem
import TestSupport
import Testing

@Suite("Completions")
struct CompletionTests {
  private let scene: Scene
  private let first: String
  private let second: String

  init() throws {
    scene = try Scene.small(nil)
    try scene.repository.write("notes on orders.txt", "text")
    try scene.repository.write("stages/stage-02-video/progress.md", "")
    first = try scene.checkpoint("custom", "before-upgrade").line
    second = try scene.checkpoint("stage-02-start").line
  }

  /// What bash offers for a command line that it has split into words.
  /// - Parameters:
  ///   - function: the one that bash or git calls.
  ///   - current: the word at the cursor; the last one if it is nil.
  ///   - setup: is run before.
  private func bash(
    _ words: [String], function: String = "_checkpoint", current: String? = nil, setup: String = ""
  ) throws -> [String] {
    let script = """
      PATH=$1:$PATH; cd "$2" || exit 1; shift 2
      compopt() { :; }
      source <(checkpoint completion bash) || exit 1
      \(setup)
      function=$1 current=$2 cur=$2; shift 2
      COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
      "$function" "${COMP_WORDS[0]}" "$current" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let program = scene.program
    let fixed: [BytePath] = [
      "bash", "-c", BytePath(script), "bash", program.binary.parent ?? ".", program.directory,
    ]
    let last = current ?? words.last ?? ""
    let result = try Program.run(
      fixed + ([function, last] + words).map { BytePath($0) }, environment: ["HOME": "\(program.home)"]
    ).succeeded()
    #expect(result.errorText == "", "\(result)")
    return result.lines
  }

  @Test("bash completes commands, sub-commands, options and their values")
  func words() throws {
    #expect(try bash(["checkpoint", "roll"]) == ["rollback"])
    #expect(try bash(["checkpoint", "restore", "da"]) == ["database"])
    #expect(try bash(["checkpoint", "restore", "database", "--target-"]) == ["--target-db"])
    #expect(try bash(["checkpoint", "report", "--format", "h"]) == ["html"])
    #expect(try bash(["checkpoint", "list", ""]) == [])
    #expect(try bash(["checkpoint", "xyzzy", ""]) == [])
  }

  @Test("bash takes an option and its value apart, and they are put together again")
  func attachedValues() throws {
    #expect(try bash(["checkpoint", "report", "--format", "=", "h"]) == ["html"])
    #expect(try bash(["checkpoint", "report", "--format", "="], current: "").count == 4)
    #expect(try bash(["checkpoint", "rehearse", "--output", "=", "sta"]) == ["stages"])
  }

  @Test("in the place of a selector, ids, names and words with a meaning are offered")
  func checkpoints() throws {
    let all = try bash(["checkpoint", "rollback", ""])
    #expect(Array(all.prefix(2)) == ["latest", "last-stable"])
    #expect(Set(all).isSuperset(of: [first, second, "before-upgrade", "stage-02-start"]))
    #expect(try bash(["checkpoint", "show", "before-"]) == ["before-upgrade", first])
    #expect(try bash(["checkpoint", "restore", "files", "--yes", "before-upgrade_"]) == [first])
    #expect(try bash(["checkpoint", "warm", "l"]) == ["list", "latest", "last-stable"])
    #expect(try bash(["checkpoint", "diff", first, second, ""]) == [])
    #expect(try bash(["checkpoint", "-C", "stages", "show", "before-upgrade_"]) == [first])
  }

  @Test("stages, and the checkpoints of their phases")
  func stages() throws {
    #expect(try bash(["checkpoint", "report", ""]) == ["stage-02-video"])
    #expect(
      try bash(["checkpoint", "stage-02"])
        == ["start", "core", "integration", "complete"].map { "stage-02-video-\($0)" })
  }

  @Test("files and directories are those of the shell, with their blanks")
  func files() throws {
    #expect(try bash(["checkpoint", "import", "notes"]) == ["notes on orders.txt"])
    #expect(try bash(["checkpoint", "-C", ""]).sorted().contains("stages"))
    #expect(try !bash(["checkpoint", "-C", ""]).contains("notes on orders.txt"))
    #expect(try bash(["checkpoint", "run", "--", "notes"]) == [])
    #expect(try bash(["checkpoint", "run", "--", "cat", "notes"]) == ["notes on orders.txt"])
  }

  @Test("a command line of its own is left to bash-completion, if it is there")
  func programs() throws {
    let setup = "_command_offset() { COMPREPLY=(\"from $1\"); }"
    #expect(try bash(["checkpoint", "-q", "run", "--", "npm", "r"], setup: setup) == ["from 4"])
    #expect(try bash(["checkpoint", "run", "--", "prin"]).contains("printenv"))
  }

  @Test("git's own completion leads to it", arguments: ["", "__git_cmd_idx=1"])
  func git(setup: String) throws {
    #expect(
      try bash(["git", "checkpoint", "restore", "co"], function: "_git_checkpoint", setup: setup)
        == ["config", "components"])
    #expect(
      try bash(
        ["git", "checkpoint", "report", "--format", "=", "h"], function: "_git_checkpoint",
        current: "--format=h", setup: setup) == ["html"])
  }

  @Test("without a repository, with a damaged store, and without the program, nothing is said")
  func quiet() throws {
    var elsewhere = scene.program
    elsewhere.directory = scene.program.home
    let result = try elsewhere.run(["complete-words", "--", "show", ""]).succeeded()
    #expect(result.printed == "words\n")
    let store = scene.program.directory.appending(".git/checkpoints")
    try FileTree.remove(store.appending("manifests"))
    try FileTree.makeDirectories(store, mode: 0o700)
    #expect(try bash(["checkpoint", "show", "before"]) == [])
    #expect(try bash(["checkpoint", "lo"], setup: "PATH=/nowhere") == [])
  }

  @Test("a checkpoint that is offered comes with its kind and age, for shells that show them")
  func meanings() throws {
    let result = try scene.program.run(["complete-words", "--", "rollback", "before-upgrade_"]).succeeded()
    #expect(result.text.hasPrefix("words\n\(first)\tcustom, ") && result.errorText == "")
  }

  @Test(
    "fish completes words and checkpoints", .enabled(if: Shell.isInstalled("fish"), "fish is not installed"))
  func fish() throws {
    func offered(_ line: String) throws -> [String] {
      let script = """
        set PATH \(scene.program.binary.parent ?? ".") $PATH; cd \(scene.program.directory)
        checkpoint completion fish | source; complete --do-complete "\(line)"
        """
      return try Program.run(
        ["fish", "--no-config", "-c", BytePath(script)], environment: ["HOME": "\(scene.program.home)"]
      ).succeeded().lines.map { String($0.prefix { $0 != "\t" }) }
    }
    #expect(try offered("checkpoint roll") == ["rollback"])
    #expect(try offered("checkpoint report --format=h") == ["--format=html"])
    #expect(try offered("checkpoint show before-upgrade_") == [first])
    #expect(try offered("checkpoint import notes") == ["notes on orders.txt"])
  }

  @Test(
    "zsh and fish can read their scripts",
    .enabled(if: Shell.isInstalled("zsh") || Shell.isInstalled("fish"), "neither is installed"))
  func syntax() throws {
    for shell in ["zsh", "fish"] where Shell.isInstalled(shell) {
      let script = try scene.checkpoint("completion", BytePath(shell)).output
      let file = scene.program.home.appending(BytePath("script.\(shell)"))
      try SystemFileOperations().replaceFile(file, with: script)
      _ = try Program.run([BytePath(shell), "-n", file]).succeeded()
    }
  }
}

private enum Shell {
  static func isInstalled(_ name: String) -> Bool {
    ["/usr/local/bin", "/usr/bin", "/bin"].contains { FileTree.exists(BytePath("\($0)/\(name)")) }
  }
}
