// Settings in git's own format: `.checkpointconfig` at the top of the project (committed), overridden by
// `git config checkpoint.*` (personal). A key `a.b` of the file is `checkpoint.a.b` in git's.

import FileSystem
import Git

package struct Settings: Sendable {
  package static let fileName: BytePath = ".checkpointconfig"

  /// Values by key, the last one wins; keys without their leading `checkpoint.`.
  private var committed: [String: [String]] = [:]
  private var personal: [String: [String]] = [:]
  /// Who tags are from.
  package private(set) var identity = Identity(environment: [:], setting: { _ in nil })
  /// Git is set to hide untracked files from its status (`status.showUntrackedFiles`).
  package private(set) var hidesUntracked = false
  /// How git makes files of objects.
  package private(set) var conversions = ConversionSettings([:])
  package private(set) var sparse = SparseMode.off

  package struct Invalid: Error, Sendable, CustomStringConvertible {
    package var key: String
    package var value: String
    package var expected: String
    package var description: String { "the setting \(key) is “\(value)”, expected \(expected)" }

    package init(key: String, value: String, expected: String) {
      (self.key, self.value, self.expected) = (key, value, expected)
    }
  }

  package init() {}

  /// Bytes of a committed file, and keys and values in it.
  private static let (byteLimit, recordLimit) = (256 << 10, 10_000)

  /// The committed file, which others write; nil if there is none.
  package static func committedText(in worktree: BytePath) throws -> [UInt8]? {
    do { return try FileTree.readAll(worktree.appending(fileName), limit: byteLimit) } catch let error
      where error.isMissing
    { return nil }
  }

  package static func read(_ location: RepositoryLocation) throws -> Settings {
    var settings = Settings()
    let personal = Pending { try location.git.records(["config", "--null", "--list"]).map { Array($0) } }
    if let text = try committedText(in: location.worktree) {
      let records = try location.git.records(
        ["config", "--file", "-", "--no-includes", "--null", "--list"], input: text)
      guard records.count <= recordLimit else {
        throw Invalid(
          key: "\(fileName)", value: "of \(records.count) settings", expected: "at most \(recordLimit)")
      }
      settings.committed = parse(records.map { Array($0) }, keepingAll: true)
    }
    let all = parse(try personal.get(), keepingAll: true)
    settings.personal = parse(try personal.get(), keepingAll: false)
    settings.identity = Identity(environment: ProcessEnvironment.variables) { all[$0]?.last }
    settings.hidesUntracked = hidesUntracked(all["status.showuntrackedfiles"]?.last)
    settings.conversions = ConversionSettings(all)
    settings.sparse = SparseMode(
      all["core.sparsecheckout"]?.last, cone: all["core.sparsecheckoutcone"]?.last)
    return settings
  }

  /// - Parameter value: of `status.showUntrackedFiles`.
  package static func hidesUntracked(_ value: String?) -> Bool {
    ["no", "false", "off", "0", ""].contains(value?.lowercased())
  }

  /// A record is `key\nvalue`, or `key` alone, which means true.
  private static func parse(_ records: [[UInt8]], keepingAll: Bool) -> [String: [String]] {
    let prefix = "checkpoint."
    return records.reduce(into: [:]) { found, record in
      let parts = record.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
      var key = String(decoding: parts[0], as: UTF8.self)
      if key.hasPrefix(prefix) { key.removeFirst(prefix.count) } else if !keepingAll { return }
      found[key, default: []].append(parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : "true")
    }
  }

  package func text(_ key: String) -> String? { (personal[key] ?? committed[key])?.last }

  /// All values of a key that may stand several times; personal ones come on top.
  package func list(_ key: String) -> [String] { (committed[key] ?? []) + (personal[key] ?? []) }

  package func number(_ key: String, default value: Int, in range: ClosedRange<Int>) throws -> Int {
    guard let text = text(key) else { return value }
    guard let number = Int(text), range.contains(number) else {
      throw Invalid(
        key: "checkpoint.\(key)", value: text,
        expected: "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  package func flag(_ key: String) throws -> Bool {
    guard let text = text(key)?.lowercased() else { return false }
    if ["true", "yes", "on", "1"].contains(text) { return true }
    if ["false", "no", "off", "0", ""].contains(text) { return false }
    throw Invalid(key: "checkpoint.\(key)", value: text, expected: "true or false")
  }

  /// A number of bytes, with k, m or g for powers of 1,024 as in git's own settings.
  package func byteCount(_ key: String, default value: Int) throws -> Int {
    guard let text = text(key)?.lowercased() else { return value }
    let units: [Character: Int] = ["k": 1 << 10, "m": 1 << 20, "g": 1 << 30]
    let unit = text.last.flatMap { units[$0] }
    guard let number = Int(unit == nil ? text : String(text.dropLast())), number >= 0,
      case (let product, let isTooLarge) = number.multipliedReportingOverflow(by: unit ?? 1), !isTooLarge
    else {
      throw Invalid(
        key: "checkpoint.\(key)", value: text, expected: "a number of bytes such as 500000, 50m or 2g")
    }
    return product
  }

  /// Seconds, with s, m or h behind the number for seconds, minutes or hours; nil where it is not set.
  package func duration(_ key: String) throws -> Int? {
    guard let text = text(key)?.lowercased() else { return nil }
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600]
    let unit = text.last.flatMap { units[$0] }
    guard let number = Int(unit == nil ? text : String(text.dropLast())), number > 0,
      case (let product, let isTooLarge) = number.multipliedReportingOverflow(by: unit ?? 1), !isTooLarge
    else {
      throw Invalid(key: "checkpoint.\(key)", value: text, expected: "a time such as 90, 90s, 5m or 1h")
    }
    return product
  }

  /// A command of the committed file runs only once the user has trusted its exact text.
  package func isFromCommittedFile(_ key: String) -> Bool { personal[key] == nil && committed[key] != nil }

  /// The commands in the committed file: what `checkpoint trust` shows and records.
  package var committedCommands: [(key: String, text: String)] {
    let services = ServiceStep.allCases.map(\.settingsKey)
    return committed.keys.filter {
      $0.hasSuffix("clientprefix") || $0.hasSuffix("command") || services.contains($0)
    }.sorted().flatMap { key in (committed[key] ?? []).map { (key, $0) } }
  }

  /// The paths of `[component "NAME"]` sections, by name.
  package var components: [String: [BytePath]] {
    let keys = Set(committed.keys).union(personal.keys)
    return keys.filter { $0.hasPrefix("component.") && $0.hasSuffix(".path") }.reduce(into: [:]) {
      found, key in
      let name = key.dropFirst("component.".count).dropLast(".path".count)
      if !name.isEmpty { found[String(name)] = list(key).map { $0 == "." ? "" : BytePath($0) } }
    }
  }

  /// The names of `[database "NAME"]` sections; the plain `[database]` is "main".
  package var databaseNames: [String] {
    let keys = Array(committed.keys) + Array(personal.keys)
    let names = keys.compactMap { key -> String? in
      // Only these say where a database is; a section may hold nothing but how to reach the one that is found.
      guard key.hasPrefix("database."), key.hasSuffix(".url") || key.hasSuffix(".env") else { return nil }
      let parts = key.split(separator: ".")
      return parts.count == 2 ? "main" : parts[1..<(parts.count - 1)].joined(separator: ".")
    }
    return Set(names).sorted()
  }

  /// `database.NAME.key`, and for "main" also `database.key`.
  package func databaseKey(_ name: String, _ key: String) -> String {
    let long = "database.\(name).\(key)"
    return text(long) == nil && name == "main" ? "database.\(key)" : long
  }
}
