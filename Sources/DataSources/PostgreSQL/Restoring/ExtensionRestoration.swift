// Restores extensions to their recorded state after CREATE EXTENSION made them as new: objects that users altered, replaced,
// added or removed.

import ChunkStore
import Postgres

struct ExtensionRestoration {
  let document: DatabaseDocument
  let store: Store
  let connection: Connection
  /// Whether this runs in an open transaction.
  var isInTransaction = false

  typealias Failure = (member: ExtensionMember, reason: String)

  /// Restores members. Some need objects that are made only later, so it is repeated then.
  /// - Returns: what still differs.
  func restoreMembers() throws -> [Failure] {
    guard let recorded = try ExtensionMember.recorded(document, store) else { return [] }
    let present = try ExtensionMember.all(connection)
    let versions = try DatabaseCatalog.extensionVersions(connection)
    // Another version has other members, so it is not compared.
    let comparable = Set(versions.filter { document.extensionVersions?[$0.key] == $0.value }.keys)
    var left: [Failure] = []
    let wanted = Dictionary(recorded.map { ($0.key, $0) }) { first, _ in first }
    let there = Dictionary(present.map { ($0.key, $0) }) { first, _ in first }
    for member in present where wanted[member.key] == nil && comparable.contains(member.extension) {
      try attempt(member, &left) { try takeAway(member) }
    }
    for member in recorded where comparable.contains(member.extension) {
      let present = there[member.key]
      if present?.isSame(as: member) == true { continue }
      try attempt(member, &left) { try make(member, over: present) }
    }
    return left
  }

  private func attempt(
    _ member: ExtensionMember, _ left: inout [Failure], _ body: () throws -> String?
  ) throws {
    do {
      var reason: String?
      try connection.attempt(isInTransaction: isInTransaction) { reason = try body() }
      if let reason { left.append((member, reason)) }
    } catch let error as DatabaseError where error.isAboutStatement {
      left.append((member, error.reason))
    }
  }

  /// Removes a member that was taken out of the extension, or dropped. If it existed outside the extension, the archive
  /// makes it.
  /// - Returns: why not.
  private func takeAway(_ member: ExtensionMember) throws -> String? {
    guard let words = member.words else { return "objects of this kind are not taken away" }
    try connection.execute(
      "ALTER EXTENSION \(member.extension.asIdentifier) DROP \(words) \(member.identity); DROP \(words) \(member.identity)"
    )
    return nil
  }

  /// - Returns: why not.
  private func make(_ member: ExtensionMember, over present: ExtensionMember?) throws -> String? {
    if present?.statements != member.statements || present?.facts != member.facts {
      if let reason = try makeItself(member, over: present) { return reason }
    }
    guard let wanted = member.additions else { return nil }
    let there = present?.additions ?? []
    for addition in there where !wanted.contains(addition) && !addition.off.isEmpty {
      try connection.execute(script: Array(addition.off.utf8))
    }
    for addition in wanted where !there.contains(addition) {
      try connection.execute(script: Array(addition.on.utf8))
    }
    return nil
  }

  private func makeItself(_ member: ExtensionMember, over present: ExtensionMember?) throws -> String? {
    guard let words = member.words, !member.statements.isEmpty else {
      return "objects of this kind cannot be made by themselves"
    }
    if let present {
      let isReplaced = ["FUNCTION", "PROCEDURE", "VIEW"].contains(words)
      if !isReplaced && words != "TABLE" { return "objects of this kind cannot be altered" }
      let surplus = present.statements.filter { !member.statements.contains($0) }
      if words == "TABLE", let first = surplus.first { return "it has more than it had: \(first)" }
      for statement in member.statements where isReplaced || !present.statements.contains(statement) {
        try connection.execute(script: Array(statement.utf8))
      }
      return nil
    }
    for statement in member.statements { try connection.execute(script: Array(statement.utf8)) }
    if let owner = member.owner, words == "TABLE" {
      try connection.execute("ALTER TABLE \(member.identity) OWNER TO \(owner.asIdentifier)")
    }
    try connection.execute(
      "ALTER EXTENSION \(member.extension.asIdentifier) ADD \(words) \(member.identity)")
    return nil
  }

  // MARK: Comparing

  /// To be called after everything else is restored.
  /// - Parameter extensions: extensions that were left out, or have another version.
  func remainingDifferences(without extensions: Set<String>) throws -> [String] {
    guard let all = try ExtensionMember.recorded(document, store) else { return [] }
    let recorded = all.filter { !extensions.contains($0.extension) }
    let present = try ExtensionMember.all(connection).filter { !extensions.contains($0.extension) }
    let there = Dictionary(present.map { ($0.key, $0) }) { first, _ in first }
    let wanted = Set(recorded.map(\.key))
    return recorded.compactMap { member in
      guard let present = there[member.key] else { return "\(member.display) is missing" }
      return present.isSame(as: member) ? nil : "\(member.display) is another"
    } + present.filter { !wanted.contains($0.key) }.map { "\($0.display) was not recorded" }
  }

  func sequenceDifferences(without extensions: Set<String>) throws -> [String] {
    let recorded = document.extensionSequences ?? []
    if recorded.isEmpty || !extensions.isEmpty { return [] }
    let present = try DatabaseCatalog.extensionSequences(connection)
    return recorded.filter { !present.contains($0) }.map { "sequence \($0.name.display) has another value" }
  }
}

extension ExtensionMember {
  /// The SQL words for the kind of object; nil if it cannot be made from what was recorded.
  var words: String? {
    let kinds = [
      "function", "procedure", "aggregate", "table", "view", "sequence", "type", "operator", "domain",
      "materialized view", "foreign table",
    ]
    return kinds.contains(kind) ? kind.uppercased() : nil
  }
}
