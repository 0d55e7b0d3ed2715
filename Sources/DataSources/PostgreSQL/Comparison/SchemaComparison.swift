// Compares the definitions of two databases, object by object, as text for people. If PostgreSQL only writes its own text
// differently after reading it back (other casts, other parentheses), that is no difference.

import Checkpoints
import FileSystem

struct SchemaComparison {
  private let before: RecordedSchema
  private let after: RecordedSchema

  init(_ before: RecordedSchema, _ after: RecordedSchema) { (self.before, self.after) = (before, after) }

  /// Their options may contain passwords, so nothing of them is shown.
  private static let secretKinds: Set<String> = ["USER MAPPING", "SERVER", "SUBSCRIPTION"]

  /// Names for people, if they differ from pg_dump's.
  private static let labels = [
    "FK CONSTRAINT": "foreign key", "CHECK CONSTRAINT": "check", "ACL": "privileges of",
    "COMMENT": "comment on",
    "DEFAULT ACL": "default privileges", "TABLE ATTACH": "partition", "INDEX ATTACH": "partition of an index",
    "SEQUENCE OWNED BY": "owner of a sequence", "ROW SECURITY": "row level security",
    "PUBLICATION TABLE": "table of a publication",
  ]

  /// Tables come first, each with what belongs to it; then what depends on tables or on nothing.
  private static let order = [
    "SCHEMA", "EXTENSION", "TYPE", "DOMAIN", "TABLE", "FOREIGN TABLE", "TABLE ATTACH", "DEFAULT",
    "CONSTRAINT",
    "CHECK CONSTRAINT", "FK CONSTRAINT", "INDEX", "INDEX ATTACH", "TRIGGER", "RULE", "POLICY", "SEQUENCE",
    "SEQUENCE OWNED BY", "VIEW", "MATERIALIZED VIEW", "FUNCTION", "PROCEDURE", "AGGREGATE",
  ]

  private static func rank(_ kind: String) -> Int { order.firstIndex(of: kind) ?? order.count }

  var changes: SchemaChanges {
    let keys = Set(before.definitions.keys).union(after.definitions.keys)
    let tableRank = Self.rank("TABLE")
    let found = keys.compactMap { key in object(key).map { (key, $0) } }
    return SchemaChanges(
      found.sorted { one, other in
        func place(_ key: RecordedSchema.Key, _ object: SchemaChanges.Object) -> (Int, String, Int, String) {
          let rank = Self.rank(key.kind)
          let table = key.kind == "TABLE" ? object.name : object.table
          return (table == nil ? rank : tableRank, table ?? object.name, rank, object.name)
        }
        return place(one.0, one.1) < place(other.0, other.1)
      }.map(\.1))
  }

  /// The sequences whose next values differ, with both values.
  var sequences: [DatabaseChanges.SequenceChange] {
    Set(before.sequences.keys).union(after.sequences.keys).sorted().compactMap { name in
      let (old, new) = (before.sequences[name], after.sequences[name])
      return old == new ? nil : .init(name: name.wrappedValue, before: old, after: new)
    }
  }

  /// nil if both sides are the same.
  private func object(_ key: RecordedSchema.Key) -> SchemaChanges.Object? {
    let (old, new) = (before.definitions[key], after.definitions[key])
    guard let one = new ?? old else { return nil }
    func made(_ change: ObjectChange, _ details: [SchemaChanges.Detail]) -> SchemaChanges.Object {
      SchemaChanges.Object(
        change, kind: Self.labels[key.kind] ?? key.kind.lowercased(), name: one.name, table: one.table,
        details: Self.secretKinds.contains(key.kind) ? [] : details)
    }
    guard let old else { return made(.added, Self.details(of: one, key.kind, .added, after.encoding)) }
    guard let new else { return made(.dropped, Self.details(of: one, key.kind, .dropped, before.encoding)) }
    let isSame =
      ArchiveComparison.isSame(key.kind, old.texts, new.texts)
      // The same text has different bytes in two encodings.
      || old.texts.map { ExactText(before.encoding.text($0)) }
        == new.texts.map { ExactText(after.encoding.text($0)) }
    let isOwnerSame = ExactText(old.owner) == ExactText(new.owner)
    if isSame && isOwnerSame { return nil }
    var details = isSame ? [] : differences(key.kind, old, new)
    if !isOwnerSame { details.append(.init(.changed, "owner: \(old.owner) → \(new.owner)")) }
    return made(.changed, details)
  }

  // MARK: Details

  private static func text(_ definition: RecordedSchema.Definition, _ encoding: DatabaseEncoding) -> String {
    definition.texts.map(encoding.text).joined(separator: "\n")
  }

  /// The details of a new or dropped object.
  private static func details(
    of definition: RecordedSchema.Definition, _ kind: String, _ change: ObjectChange,
    _ encoding: DatabaseEncoding
  ) -> [SchemaChanges.Detail] {
    let text = text(definition, encoding)
    if kind == "TABLE" {
      let table = TableDefinition(text)
      let others = table.others.map(shown).filter { !$0.isEmpty && $0 != "CREATE TABLE" && $0 != ";" }
      return table.columns.map { .init(change, "column \($0.name) \(shown($0.text))") }
        + table.constraints.map { .init(change, "check \($0.name) \(shown($0.text))") }
        + others.map { .init(change, $0) }
    }
    let flat = essence(of: shown(text), kind)
    if flat.isEmpty { return [] }
    return flat.count > 200
      ? lines(of: text).map { .init(change, Redaction.redacted($0)) } : [.init(change, flat)]
  }

  /// The definition without what the object's line already says.
  private static func essence(of text: String, _ kind: String) -> String {
    var text = text
    while text.last == ";" { text.removeLast() }
    if kind.hasSuffix("CONSTRAINT"), let place = text.firstRange(of: " ADD CONSTRAINT ") {
      let rest = text[place.upperBound...]
      return String(rest.drop { $0 != " " }.dropFirst())
    }
    return text
  }

  private func differences(
    _ kind: String, _ old: RecordedSchema.Definition, _ new: RecordedSchema.Definition
  ) -> [SchemaChanges.Detail] {
    let (one, other) = (Self.text(old, before.encoding), Self.text(new, after.encoding))
    if kind == "TABLE" { return Self.differences(TableDefinition(one), TableDefinition(other)) }
    return Self.differences(Self.lines(of: one), Self.lines(of: other))
  }

  private static func lines(of text: String) -> [String] {
    text.split(whereSeparator: \.isNewline).map { line in
      let end = line.lastIndex { $0 != " " }.map { line.index(after: $0) } ?? line.startIndex
      return String(line[..<end])
    }.filter { !$0.isEmpty }
  }

  private static func differences(
    _ one: TableDefinition, _ other: TableDefinition
  ) -> [SchemaChanges.Detail] {
    var details = differences("column", one.columns, other.columns)
    let names = [one, other].map { $0.columns.map { ExactText($0.name) } }
    let kept = Set(names[0]).intersection(names[1])
    let orders = names.map { $0.filter(kept.contains) }
    if orders[0] != orders[1] { details.append(.init(.changed, "the order of its columns")) }
    details += differences("check", one.constraints, other.constraints)
    let (others, otherOthers) = (
      Set(one.others.map { ExactText($0) }), Set(other.others.map { ExactText($0) })
    )
    details += one.others.filter { !otherOthers.contains(ExactText($0)) }.map { .init(.dropped, shown($0)) }
    details += other.others.filter { !others.contains(ExactText($0)) }.map { .init(.added, shown($0)) }
    return details
  }

  /// The text in one line without secrets: defaults, comments and bodies of functions may have some, and reports are passed
  /// on.
  private static func shown(_ text: String) -> String { Redaction.redacted(flat(text)) }

  /// Joins several blanks to one, except between quotation marks.
  private static func flat(_ text: String) -> String {
    var (out, quote, isPending): (String, Character?, Bool) = ("", nil, false)
    for character in text {
      if quote == nil && character.isWhitespace {
        isPending = !out.isEmpty
        continue
      }
      if isPending { out.append(" ") }
      isPending = false
      out.append(character)
      if character == quote {
        quote = nil
      } else if quote == nil && (character == "'" || character == "\"") {
        quote = character
      }
    }
    return out
  }

  private static func differences(
    _ word: String, _ one: [TableDefinition.Part], _ other: [TableDefinition.Part]
  ) -> [SchemaChanges.Detail] {
    func texts(_ parts: [TableDefinition.Part]) -> [ExactText: String] {
      Dictionary(parts.map { (ExactText($0.name), $0.text) }) { first, _ in first }
    }
    let (old, new) = (texts(one), texts(other))
    var details: [SchemaChanges.Detail] = []
    for part in one {
      guard let now = new[ExactText(part.name)] else {
        details.append(.init(.dropped, "\(word) \(part.name) \(shown(part.text))"))
        continue
      }
      if ExactText(part.text) != ExactText(now)
        && CanonicalSQL.form(of: Array(part.text.utf8)) != CanonicalSQL.form(of: Array(now.utf8))
      {
        details.append(.init(.changed, "\(word) \(part.name): \(shown(part.text)) → \(shown(now))"))
      }
    }
    for part in other where old[ExactText(part.name)] == nil {
      details.append(.init(.added, "\(word) \(part.name) \(shown(part.text))"))
    }
    return details
  }

  /// Longer texts are not compared line by line, which would take too long.
  private static let lineLimit = 2000

  private static func differences(_ one: [String], _ other: [String]) -> [SchemaChanges.Detail] {
    if one.count == 1 && other.count == 1 {
      return [.init(.dropped, shown(one[0])), .init(.added, shown(other[0]))]
    }
    guard one.count <= lineLimit, other.count <= lineLimit else {
      return [.init(.changed, "\(one.count) lines → \(other.count) lines")]
    }
    let difference = other.difference(from: one) { ExactText($0) == ExactText($1) }
    var (removals, insertions): ([Int: String], [Int: String]) = ([:], [:])
    for change in difference {
      switch change {
      case .remove(let offset, let line, _): removals[offset] = line
      case .insert(let offset, let line, _): insertions[offset] = line
      }
    }
    var details: [SchemaChanges.Detail] = []
    var (old, new) = (0, 0)
    while old < one.count || new < other.count {
      if let line = removals[old] {
        details.append(.init(.dropped, Redaction.redacted(line)))
        old += 1
      } else if let line = insertions[new] {
        details.append(.init(.added, Redaction.redacted(line)))
        new += 1
      } else {
        (old, new) = (old + 1, new + 1)
      }
    }
    return details
  }
}
