// Runs the git program, for what only git itself gets right (docs/design/git.md): which files are untracked, ignored or
// filtered, and everything about the index.

import FileSystem

package struct GitProgram: Sendable {
  package var directory: BytePath
  /// The variables that git runs with.
  package private(set) var environment: [String: String]
  /// The repository's place, if git does not find it from `directory`.
  var place: (gitDirectory: BytePath, worktree: BytePath)?
  /// Settings that override the repository's.
  var settings: [String: String] = [:]

  /// The variables that say where a repository is: a part of `git rev-parse --local-env-vars`.
  package static let repositoryVariables: Set<String> = [
    "GIT_DIR", "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX",
    "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE",
    "GIT_NAMESPACE",
  ]

  package init(in directory: BytePath, environment: [String: String]) {
    self.directory = directory
    self.environment = environment
  }

  /// Without variables that name a repository, which git sets for its hooks: for a repository inside the one that they name.
  package static func unnamed(_ environment: [String: String]) -> [String: String] {
    environment.filter { !repositoryVariables.contains($0.key) }
  }

  /// Git for another repository, inside this one.
  func inside(_ directory: BytePath) -> GitProgram {
    GitProgram(in: directory, environment: Self.unnamed(environment))
  }

  /// Git for the same repository, started in another directory.
  package func at(_ directory: BytePath) -> GitProgram {
    var git = self
    git.directory = directory
    return git
  }

  func subprocess(_ arguments: [BytePath], limit: Double? = nil) -> Subprocess {
    let place: [BytePath] =
      place.map {
        [
          BytePath("--git-dir=".utf8 + $0.gitDirectory.bytes),
          BytePath("--work-tree=".utf8 + $0.worktree.bytes),
        ]
      } ?? []
    let options = settings.sorted { $0.key < $1.key }.reduce(into: [BytePath]()) { words, setting in
      words += ["-c", BytePath("\(setting.key)=\(setting.value)")]
    }
    var process = Subprocess(
      ["git"] + place + options + arguments, directory: directory, limit: limit,
      label: "git " + Self.command(of: arguments))
    process.environment = environment
    // Reading must not take the index's lock from a git command that the user runs at the same time, nor ask for a password
    // or open an editor. An object's name must mean that object, whatever refs/replace says; libgit2 does not know such
    // refs.
    process.additions = [
      "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_REPLACE_OBJECTS": "1",
    ]
    return process
  }

  private static func command(of arguments: [BytePath]) -> String {
    var isValue = false
    for argument in arguments {
      if isValue {
        isValue = false
      } else if argument == "-c" || argument == "-C" {
        isValue = true
      } else if !argument.hasPrefix("-") {
        return argument.description
      }
    }
    return ""
  }

  /// Runs git and returns its standard output.
  @discardableResult
  package func run(_ arguments: [BytePath], input: [UInt8] = [], accepting: Set<Int32> = [0]) throws
    -> [UInt8]
  {
    try subprocess(arguments).output(input: input, accepting: accepting)
  }

  /// Runs git and returns its output, split at zero bytes, as with `-z`.
  package func records(_ arguments: [BytePath], input: [UInt8] = []) throws -> [ArraySlice<UInt8>] {
    try run(arguments, input: input).split(separator: 0)
  }

  /// The first line of the output; nil if there is none, or git exits with 1, which means “no”.
  package func line(_ arguments: [BytePath]) throws -> String? {
    let output = try run(arguments, accepting: [0, 1])
    let line = output.prefix { $0 != 0x0A }
    return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
  }
}
