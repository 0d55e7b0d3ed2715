// What came of restoring a database, beside what was recorded.

import Checkpoints

extension Unrestored {
  /// For an operation's journal; nil for nothing.
  static func encoded(_ all: [Unrestored]) throws -> String? {
    all.isEmpty ? nil : String(decoding: try JSON.encodeCompactly(all), as: UTF8.self)
  }

  static func decoded(_ text: String?) -> [Unrestored] {
    text.flatMap { try? JSON.decode([Unrestored].self, from: Array($0.utf8)) } ?? []
  }
}

struct RestoreOutcome: Sendable {
  /// For people: what came back otherwise than it was.
  var notes: [String] = []
  var unrestored: [Unrestored] = []
  /// Tables whose rows the server has refused so far, and why.
  var refused: [(table: RowLoad.Table, reason: String)] = []
  /// What may therefore differ from what was recorded, by its identity in the catalogs' picture.
  var excused: Set<String> = []
  /// Extensions that were left out on purpose.
  var missingExtensions: Set<String> = []
  /// What stood in these stands elsewhere now.
  var missingTablespaces: Set<String> = []
  /// Objects that were left out of a trial, as the server names them without their kind, with whatever is part of them.
  var leftOut: Set<String> = []
  /// Whether something failed at first.
  var isRepaired = false

  static func += (outcome: inout RestoreOutcome, other: RestoreOutcome) {
    outcome.notes += other.notes
    outcome.unrestored += other.unrestored
    outcome.refused += other.refused
    outcome.excused.formUnion(other.excused)
    outcome.missingExtensions.formUnion(other.missingExtensions)
    outcome.missingTablespaces.formUnion(other.missingTablespaces)
    outcome.leftOut.formUnion(other.leftOut)
    outcome.isRepaired = outcome.isRepaired || other.isRepaired
  }

  /// Whether a difference is one that was to be expected.
  func excuses(_ difference: CatalogPicture.Difference) -> Bool {
    let identity = difference.identity
    if excused.contains(identity) { return true }
    if missingExtensions.contains(where: { identity.hasPrefix("\(CatalogPicture.memberPrefix)\($0): ") }) {
      return true
    }
    if leftOut.contains(where: { identity.hasSuffix(" \($0)") || identity.contains(" \($0).") }) {
      return true
    }
    guard !missingTablespaces.isEmpty, var before = difference.before else { return false }
    for name in missingTablespaces { before = before.replacing(" in \(name)", with: "") }
    return before == difference.after
  }

  /// - Throws: `DatabaseProblem.notRestorable`, unless what is left may be missing.
  func require(_ allowsPartial: Bool) throws {
    if !unrestored.isEmpty && !allowsPartial { throw DatabaseProblem.notRestorable(unrestored) }
  }
}

extension RestoreOutcome {
  private struct Saved: Codable {
    var notes: [String]
    var unrestored: [Unrestored]
  }

  /// What the user has to hear of it.
  var saved: [UInt8] {
    get throws { try JSON.encodeCompactly(Saved(notes: notes, unrestored: unrestored)) }
  }

  init(saved bytes: [UInt8]) throws {
    let saved = try JSON.decode(Saved.self, from: bytes)
    (notes, unrestored) = (saved.notes, saved.unrestored)
  }

  /// For people, if there is no list of its own for what is missing.
  var allNotes: [String] { notes + unrestored.map { "not restored: \($0.description)" } }
}

extension ExtensionsOfOneDatabase {
  /// What is missing without them.
  /// - Parameter isTrial: whether it is made to be looked at only.
  func outcome(isTrial: Bool) -> RestoreOutcome {
    var outcome = RestoreOutcome()
    for name in names {
      let reason =
        ofSuperusers.contains(name)
        ? "which only a superuser may create" : "which this server allows in one database only"
      outcome.notes.append("\(isTrial ? "tried without" : "left out:") the extension \(name), \(reason)")
      outcome.excused.formUnion(
        ["extension", "comment on extension"].map { "\($0) \(name.asIdentifierIfNeeded)" })
    }
    outcome.missingExtensions = Set(names)
    return outcome
  }
}
