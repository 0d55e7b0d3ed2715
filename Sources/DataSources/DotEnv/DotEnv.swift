// The values of `.env` files as frameworks read them: the environment overrides `.env.local`, which overrides `.env`; if a
// file sets a name twice, the last line counts.

import Checkpoints
import FileSystem

package struct DotEnv: Sendable {
  package struct Value: Sendable {
    let text: Result<String, DotEnvProblem>
    /// The files in which it and the variables that it uses are set.
    package let files: Set<BytePath>

    package func get() throws(DotEnvProblem) -> String { try text.get() }
  }

  /// In the order of precedence.
  private let values: [(file: BytePath, values: [String: Value])]
  private let files: [(path: BytePath, file: DotEnvFile)]

  /// - Parameter read: gives the contents of a file; nil if there is no such file.
  package init(environment: [String: String], _ read: (BytePath) -> [UInt8]?) {
    let paths: (local: BytePath, common: BytePath) = (".env.local", ".env")
    let (local, common) = (read(paths.local).map(DotEnvFile.init), read(paths.common).map(DotEnvFile.init))
    files = [(paths.local, local), (paths.common, common)].compactMap { path, file in file.map { (path, $0) }
    }
    // `.env` may use variables of `.env.local`, which override its own. The other way round works only for variables that
    // are not set otherwise.
    let first = common.map { Self.values(in: $0, at: paths.common, environment: environment) }
    let locals = local.map {
      Self.values(in: $0, at: paths.local, environment: environment, after: first ?? [:])
    }
    let commons = common.map {
      Self.values(in: $0, at: paths.common, environment: environment, before: locals ?? [:])
    }
    values = [(paths.local, locals ?? [:]), (paths.common, commons ?? [:])]
  }

  /// The lines that determine the values of some variables, whatever the environment sets: their own, and those of the
  /// variables that they use.
  /// - Returns: the texts as written, without their quotes.
  package func lines(for variables: Set<String>) -> [(name: String, text: String, file: BytePath)] {
    let lines = files.flatMap { path, file in file.entries.map { (entry: $0, path: path, file: file) } }
    var (wanted, known) = (variables, 0)
    while wanted.count > known {
      known = wanted.count
      for line in lines where wanted.contains(line.entry.name) && line.entry.quote != .single {
        wanted.formUnion(DotEnvExpansion.names(in: line.file.bytes[line.entry.content]))
      }
    }
    return lines.filter { wanted.contains($0.entry.name) }.map {
      ($0.entry.name, String(decoding: $0.file.bytes[$0.entry.content], as: UTF8.self), $0.path)
    }
  }

  /// nil if the variable is not set, or empty.
  package func value(of name: String) -> (value: Value, file: BytePath)? {
    for (file, values) in values {
      if let value = values[name], (try? value.get())?.isEmpty != true { return (value, file) }
    }
    return nil
  }

  /// The names of all variables, sorted within each file.
  package var names: [(name: String, file: BytePath)] {
    values.flatMap { file, values in values.keys.sorted().map { ($0, file) } }
  }

  /// The names of the variables that a text uses.
  package static func variables(in text: String) -> [String] {
    DotEnvExpansion.names(in: Array(text.utf8)[...]).sorted()
  }

  // MARK: One file

  /// The value of each entry of a file, in the file's order.
  /// - Parameters:
  ///   - before: values that override earlier lines.
  ///   - after: values that count if there are no others.
  static func entries(
    in file: DotEnvFile, at path: BytePath = ".env", environment: [String: String],
    before: [String: Value] = [:], after: [String: Value] = [:]
  ) -> [(entry: DotEnvFile.Entry, value: Value)] {
    var earlier: [String: Value] = [:]
    return file.entries.map { entry in
      let known = earlier
      var files: Set<BytePath> = [path]
      let text = Result { () throws(DotEnvProblem) in
        try DotEnvExpansion.text(of: file.bytes[entry.content], entry.quote) { name in
          if let own = environment[name] { return .success(own) }
          guard let used = before[name] ?? known[name] ?? after[name] else { return nil }
          files.formUnion(used.files)
          return used.text
        }
      }
      let value = Value(text: text, files: files)
      earlier[entry.name] = value
      return (entry, value)
    }
  }

  static func values(
    in file: DotEnvFile, at path: BytePath = ".env", environment: [String: String],
    before: [String: Value] = [:], after: [String: Value] = [:]
  ) -> [String: Value] {
    entries(in: file, at: path, environment: environment, before: before, after: after)
      .reduce(into: [:]) { $0[$1.entry.name] = $1.value }
  }

  /// The values of a single file.
  package static func values(in bytes: [UInt8], environment: [String: String]) -> [String: Value] {
    values(in: DotEnvFile(bytes), environment: environment)
  }

  /// The values in a project's `.env*` files that should not be shown, by the names of their variables. They are masked in
  /// other texts that are recorded.
  package static func secrets(in worktree: BytePath, environment: [String: String]) -> [String] {
    let names = ((try? FileTree.list(worktree)) ?? []).filter { $0.hasPrefix(".env") }
    return names.flatMap { name -> [String] in
      let file = DotEnvFile(FileTree.readIfRegular(worktree.appending(name), limit: 1 << 20) ?? [])
      return entries(in: file, environment: environment).flatMap {
        entry, value -> [String] in
        guard Redaction.isSecret(entry.name) else { return [] }
        // Both as written and as programs read it.
        let plain = String(decoding: file.bytes[entry.content], as: UTF8.self)
        return [plain] + [try? value.get()].compactMap { $0 }
      }
    }
  }
}
