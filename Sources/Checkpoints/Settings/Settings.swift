// Settings in git's own format: `.checkpointconfig` at the top of the project (committed), overridden by `git config
// checkpoint.*` (personal). The key `a.b` of the file is `checkpoint.a.b` in git's settings.

import FileSystem
import Git

package struct Settings: Sendable {
  package static let fileName: BytePath = ".checkpointconfig"

  package let table: SettingTable
  /// Values by key, without the leading `checkpoint.`; the last one counts.
  private var committed: [String: [SettingValue]] = [:]
  private var personal: [String: [SettingValue]] = [:]
  /// The committed file as it was read.
  private(set) var committedBytes: [UInt8] = []
  /// Paths in settings are relative to it.
  private(set) var worktree: BytePath = "."
  /// The author of tags.
  package private(set) var identity = Identity(environment: [:], setting: { _ in nil })
  /// Whether git is set to hide untracked files (`status.showUntrackedFiles`).
  package private(set) var hidesUntracked = false
  /// How git converts objects to files.
  package private(set) var conversions = ConversionSettings([:])
  package private(set) var sparse = SparseMode.off

  /// Settings of which none is set.
  package init(_ table: SettingTable) { self.table = table }

  /// Limits for a committed file: its bytes, and its keys and values.
  private static let (byteLimit, recordLimit) = (256 << 10, 10_000)

  /// The committed file, which other people may have written; nil if there is none.
  package static func committedText(in worktree: BytePath) throws -> [UInt8]? {
    do { return try FileTree.readAll(worktree.appending(fileName), limit: byteLimit) } catch let error
      where error.isMissing
    { return nil }
  }

  /// - Parameters:
  ///   - table: all known settings.
  ///   - isOwnOnly: leaves out the committed file.
  package static func read(
    _ location: RepositoryLocation, _ table: SettingTable, isOwnOnly: Bool = false
  ) throws -> Settings {
    var settings = Settings(table)
    settings.worktree = location.worktree
    let listed = Pending {
      try location.git.records(["config", "--null", "--list", "--show-origin"]).map { Array($0) }
    }
    if !isOwnOnly, let text = try committedText(in: location.worktree) {
      let records = try location.git.records(
        ["config", "--file", "-", "--no-includes", "--null", "--list"], input: text)
      guard records.count <= recordLimit else {
        throw Invalid(
          key: "\(fileName)", value: "of \(records.count) settings", expected: "at most \(recordLimit)")
      }
      settings.committedBytes = text
      settings.committed = records.map { Record($0) }.values { _ in .committed }
    }
    let records = try Record.listed(try listed.get())
    let all = Dictionary(grouping: records, by: \.key).mapValues { $0.map(\.text) }
    settings.personal = records.filter { $0.key.hasPrefix(prefix) }.values(\.origin)
    settings.identity = Identity(environment: location.environment) { all[$0]?.last }
    settings.hidesUntracked = hidesUntracked(all["status.showuntrackedfiles"]?.last)
    settings.conversions = ConversionSettings(all)
    settings.sparse = SparseMode(
      all["core.sparsecheckout"]?.last, cone: all["core.sparsecheckoutcone"]?.last)
    return settings
  }

  /// - Parameter value: the value of `status.showUntrackedFiles`.
  package static func hidesUntracked(_ value: String?) -> Bool {
    ["no", "false", "off", "0", ""].contains(value?.lowercased())
  }

  private static let prefix = "checkpoint."

  /// A key without the prefix of all our keys in git's settings.
  static func withoutPrefix(_ key: String) -> String {
    key.hasPrefix(prefix) ? String(key.dropFirst(prefix.count)) : key
  }
}

/// A line of `git config --list`.
private struct Record {
  var key: String
  var text: String
  var origin = SettingValue.Origin.environment

  /// - Parameter bytes: `key\nvalue`, or a key only, which means true.
  init(_ bytes: some Sequence<UInt8>) {
    let parts = Array(bytes).split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
    key = String(decoding: parts[0], as: UTF8.self)
    text = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : "true"
  }

  /// - Parameter fields: alternately the origin of a record, and the record.
  static func listed(_ fields: [[UInt8]]) throws -> [Record] {
    stride(from: 0, to: fields.count - 1, by: 2).map { index in
      var record = Record(fields[index + 1])
      let file = Array("file:".utf8)
      if fields[index].starts(with: file) {
        record.origin = .file(BytePath(fields[index].dropFirst(file.count)))
      }
      return record
    }
  }
}

extension [Record] {
  /// Values by key, in order.
  fileprivate func values(_ origin: (Record) -> SettingValue.Origin) -> [String: [SettingValue]] {
    var counts: [String: [SettingValue.Origin: Int]] = [:]
    return reduce(into: [:]) { found, record in
      let (key, origin) = (Settings.withoutPrefix(record.key), origin(record))
      let index = counts[key]?[origin] ?? 0
      counts[key, default: [:]][origin] = index + 1
      found[key, default: []].append(SettingValue(text: record.text, origin: origin, index: index))
    }
  }
}

// MARK: What is set

extension Settings {
  /// A value that is not of the setting's type.
  package struct Invalid: Error, Sendable, CustomStringConvertible {
    package var key: String
    package var value: String
    package var expected: String
    package var place: SettingPlace?
    package var description: String {
      "the setting \(key) is “\(value)”\(place.map { " (\($0))" } ?? ""), expected \(expected)"
    }

    package init(key: String, value: String, expected: String, place: SettingPlace? = nil) {
      (self.key, self.value, self.expected, self.place) = (key, value, expected, place)
    }
  }

  package subscript<Value>(key: SettingKey<Value, Invalid>) -> Value { get throws { try self[key, nil] } }

  package subscript<Value>(key: SettingKey<Value, Never>) -> Value { self[key, nil] }

  /// - Parameter subsection: the name of a section: `[database "NAME"]`, `[hooks "pre-push"]`.
  package subscript<Value>(key: SettingKey<Value, Invalid>, subsection: String?) -> Value {
    get throws {
      let values = values(of: key.setting, in: subsection)
      if values.isEmpty { return key.usual }
      guard let value = key.read(values.map(\.text)) else {
        throw invalid(values, of: key.setting, in: subsection)
      }
      return value
    }
  }

  package subscript<Value>(key: SettingKey<Value, Never>, subsection: String?) -> Value {
    let values = values(of: key.setting, in: subsection)
    return values.isEmpty ? key.usual : key.read(values.map(\.text)) ?? key.usual
  }

  /// A key in the user's own settings that begins like this and means nothing.
  package func unknownOwnKey(in section: String) -> String? {
    personal.keys.sorted().first { $0.hasPrefix("\(section).") && table.setting(of: $0) == nil }
  }

  package func ownText(_ key: String) -> String { personal[key]?.last?.text ?? "" }

  /// The user's own value for exactly this section; nil if there is none. What comes with the repository does not count.
  package func own<Value>(_ key: SettingKey<Value, Invalid>, in subsection: String?) throws -> Value? {
    guard let values = personal[key.setting.key(in: subsection)] else { return nil }
    guard let value = key.read(values.map(\.text)) else {
      throw invalid(values, of: key.setting, in: subsection)
    }
    return value
  }

  /// The values that count, the strongest last: personal ones replace committed ones, or are added to them if the setting
  /// may have several.
  private func values(of setting: Setting, in subsection: String?) -> [SettingValue] {
    let key = effectiveKey(of: setting, in: subsection)
    // What the repository must not decide is not read from its file.
    return setting.isPersonal ? personal[key] ?? [] : values(of: setting, key)
  }

  /// The values of exactly this section, even if it is missing and another one applies instead.
  func values(ofExactly setting: Setting, in subsection: String?) -> [SettingValue] {
    values(of: setting, setting.key(in: subsection))
  }

  private func values(of setting: Setting, _ key: String) -> [SettingValue] {
    let (committed, personal) = (self.committed[key] ?? [], self.personal[key] ?? [])
    return setting.isRepeatable ? committed + personal : personal.isEmpty ? committed : personal
  }

  /// The key by which a setting of a named section is found: its own, or that of the section without a name if that applies
  /// to it.
  package func effectiveKey(of setting: Setting, in subsection: String?) -> String {
    let own = setting.key(in: subsection)
    let isCommitted = !setting.isPersonal && committed[own] != nil
    guard let subsection, !isCommitted, personal[own] == nil else { return own }
    switch setting.subsections {
    case .named(_, let plain) where plain == subsection: return setting.key()
    case .choice: return setting.key()
    case .none, .named, .required: return own
    }
  }

  private func invalid(_ values: [SettingValue], of setting: Setting, in subsection: String?) -> Invalid {
    let wrong = setting.isRepeatable ? values.first { !setting.type.accepts($0.text) } : values.last
    let key = effectiveKey(of: setting, in: subsection)
    var places = SettingPlaces(self)
    let name = table.setting(of: key).map { $0.setting.inGit($0.subsection) } ?? setting.inGit(subsection)
    return Invalid(
      key: name, value: wrong?.text ?? "", expected: setting.type.expected ?? "another value",
      place: wrong.map { places.place(of: $0, key: key) })
  }

  /// Whether a value comes from the committed file: a command from there runs only after the user has agreed to its exact
  /// text.
  package func isFromCommittedFile<Value, Failure>(
    _ key: SettingKey<Value, Failure>, in subsection: String? = nil
  ) -> Bool {
    isFromCommittedFile(key.setting, in: subsection)
  }

  package func isFromCommittedFile(_ setting: Setting, in subsection: String? = nil) -> Bool {
    let key = effectiveKey(of: setting, in: subsection)
    return personal[key] == nil && committed[key] != nil
  }

  /// The commands in the committed file, which `checkpoint trust` shows and records.
  package var committedCommands: [(key: String, text: String)] {
    committed.keys.filter { table.setting(of: $0)?.setting.consent == .command }.sorted()
      .flatMap { key in (committed[key] ?? []).map { (key, $0.text) } }
  }

  /// The names of the sections that set one of these settings. The section without a name counts as the one that it stands
  /// for.
  package func subsections(with settings: [Setting]) -> [String] {
    let wanted = Set(settings)
    let names = keys.compactMap { key -> String? in
      guard let (setting, subsection) = table.setting(of: key), wanted.contains(setting) else { return nil }
      if case .named(_, let plain) = setting.subsections { return subsection ?? plain }
      return subsection
    }
    return Set(names).sorted()
  }

  /// The names of the sections that give the address of a source. Others may only set how a source is reached that is found
  /// elsewhere.
  package var sourceNames: [String] { subsections(with: table.settings.filter { $0.consent == .address }) }

  /// The variables that settings name: addresses of databases.
  /// - Parameter isTrusted: whether the committed file may name some.
  package func namedVariables(isTrusted: Bool) -> Set<String> {
    let keys = keys.filter { table.setting(of: $0)?.setting.type == .variable }
    return Set(keys.flatMap { (isTrusted ? committed[$0] ?? [] : []) + (personal[$0] ?? []) }.map(\.text))
  }

  /// The paths of `[component "NAME"]` sections, by name.
  package var components: [String: [BytePath]] {
    subsections(with: [SettingKey.componentPath.setting]).reduce(into: [:]) { found, name in
      found[name] = self[.componentPath, name].map { $0 == "." ? "" : BytePath($0) }
    }
  }

  private var keys: Set<String> { Set(committed.keys).union(personal.keys) }

  /// All values under a key, committed ones first.
  func values(ofKey key: String) -> (committed: [SettingValue], personal: [SettingValue]) {
    (committed[key] ?? [], personal[key] ?? [])
  }

  var sortedKeys: [String] { keys.sorted() }
}
