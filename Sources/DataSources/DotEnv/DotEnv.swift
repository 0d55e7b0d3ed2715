// The values of `.env` files as frameworks see them: what the environment says comes first, `.env.local` before `.env`, and
// of a name that stands twice in a file the last line counts.

import Checkpoints
import FileSystem

package struct DotEnv: Sendable {
  package typealias Value = Result<String, DotEnvProblem>

  /// In the order in which they count.
  private let values: [(file: BytePath, values: [String: Value])]

  /// - Parameter read: the contents of a file; nil for one that is not there.
  package init(environment: [String: String], _ read: (BytePath) -> [UInt8]?) {
    let (local, common) = (read(".env.local").map(DotEnvFile.init), read(".env").map(DotEnvFile.init))
    // `.env` may use what `.env.local` says, which counts for more than its own; and the other way round if nothing else
    // is known.
    let alone = common.map { Self.values(in: $0, environment: environment) }
    let locals = local.map { Self.values(in: $0, environment: environment, after: alone ?? [:]) }
    let commons = common.map { Self.values(in: $0, environment: environment, before: locals ?? [:]) }
    values = [(".env.local", locals ?? [:]), (".env", commons ?? [:])]
  }

  /// nil for a variable that is not set, or is empty.
  package func value(of name: String) -> (value: Value, file: BytePath)? {
    for (file, values) in values {
      if let value = values[name], (try? value.get())?.isEmpty != true { return (value, file) }
    }
    return nil
  }

  /// The names of all variables, in each file's order of names.
  package var names: [(name: String, file: BytePath)] {
    values.flatMap { file, values in values.keys.sorted().map { ($0, file) } }
  }

  // MARK: One file

  /// The value of each entry of a file, in the file's order.
  /// - Parameters:
  ///   - before: values that count for more than earlier lines.
  ///   - after: values that count if there is no other.
  static func entries(
    in file: DotEnvFile, environment: [String: String], before: [String: Value] = [:],
    after: [String: Value] = [:]
  ) -> [(entry: DotEnvFile.Entry, value: Value)] {
    var earlier: [String: Value] = [:]
    return file.entries.map { entry in
      let known = earlier
      let value = Value { () throws(DotEnvProblem) in
        try DotEnvExpansion.text(of: file.bytes[entry.content], entry.quote) { name in
          environment[name].map { .success($0) } ?? before[name] ?? known[name] ?? after[name]
        }
      }
      earlier[entry.name] = value
      return (entry, value)
    }
  }

  static func values(
    in file: DotEnvFile, environment: [String: String], before: [String: Value] = [:],
    after: [String: Value] = [:]
  ) -> [String: Value] {
    entries(in: file, environment: environment, before: before, after: after)
      .reduce(into: [:]) { $0[$1.entry.name] = $1.value }
  }

  /// The values of one file by itself.
  package static func values(in bytes: [UInt8], environment: [String: String]) -> [String: Value] {
    values(in: DotEnvFile(bytes), environment: environment)
  }

  /// The values in a project's `.env*` files that are better not shown, by the names of their variables. They are masked
  /// where other text is recorded.
  package static func secrets(in worktree: BytePath) -> [String] {
    let names = ((try? FileTree.list(worktree)) ?? []).filter { $0.hasPrefix(".env") }
    return names.flatMap { name -> [String] in
      let file = DotEnvFile(FileTree.readIfRegular(worktree.appending(name), limit: 1 << 20) ?? [])
      return entries(in: file, environment: ProcessEnvironment.variables).flatMap {
        entry, value -> [String] in
        guard Redaction.isSecret(entry.name) else { return [] }
        // As it stands there, and as programs understand it.
        let plain = String(decoding: file.bytes[entry.content], as: UTF8.self)
        return Array(Set([plain] + [try? value.get()].compactMap { $0 }))
      }
    }
  }
}
