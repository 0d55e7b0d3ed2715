// The outcome of restoring a database: everything that differs from what was recorded.

import Checkpoints
import FileSystem

extension Unrestored {
  /// The text for an operation's journal; nil if there is nothing.
  static func encoded(_ all: [Unrestored]) throws -> String? {
    all.isEmpty ? nil : String(decoding: try JSON.encodeCompactly(all), as: UTF8.self)
  }

  static func decoded(_ text: String?) -> [Unrestored] {
    text.flatMap { try? JSON.decode([Unrestored].self, from: Array($0.utf8)) } ?? []
  }
}

struct RestoreOutcome: Sendable {
  /// What was restored differently, for people.
  var notes: [String] = []
  var unrestored: [Unrestored] = []
  /// Tables whose rows the server has refused so far, with the reasons.
  var refused: [(table: RowLoad.Table, reason: String)] = []
  /// Objects that may therefore differ, by their identity in the picture of the catalogs.
  var excused: Set<ExactText> = []
  /// Extensions that were deliberately left out.
  var missingExtensions: Set<String> = []
  /// Tablespaces whose contents are elsewhere now.
  var missingTablespaces: Set<String> = []
  /// Objects that were left out of a trial, as the server names them without their kind, including their parts.
  var leftOut: Set<ExactText> = []
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

  /// Whether a difference was to be expected.
  func excuses(_ difference: CatalogPicture.Difference) -> Bool {
    let identity = difference.identity
    if excused.contains(ExactText(identity)) { return true }
    if missingExtensions.contains(where: {
      identity.hasExactly(prefix: "\(CatalogPicture.memberPrefix)\($0): ")
    }) {
      return true
    }
    if leftOut.map(\.wrappedValue).contains(where: {
      identity.hasExactly(suffix: " \($0)") || identity.containsExactly(" \($0).")
    }) {
      return true
    }
    guard !missingTablespaces.isEmpty, var before = difference.before else { return false }
    for name in missingTablespaces { before = before.substituting(" in \(name)", with: "") }
    return difference.after.map { ExactText($0) } == ExactText(before)
  }

  /// - Throws: `DatabaseProblem.notRestorable` if something is missing that must not be.
  func require(_ allowsPartial: Bool) throws {
    if !unrestored.isEmpty && !allowsPartial { throw DatabaseProblem.notRestorable(unrestored) }
  }
}

extension RestoreOutcome {
  private struct Saved: Codable {
    var notes: [String]
    var unrestored: [Unrestored]
  }

  /// The part that the user must be shown.
  var saved: [UInt8] {
    get throws { try JSON.encodeCompactly(Saved(notes: notes, unrestored: unrestored)) }
  }

  init(saved bytes: [UInt8]) throws {
    let saved = try JSON.decode(Saved.self, from: bytes)
    (notes, unrestored) = (saved.notes, saved.unrestored)
  }

  /// All remarks for people, for uses without a separate list of what is missing.
  var allNotes: [String] { notes + unrestored.map { "not restored: \($0.description)" } }
}

extension ExtensionsOfOneDatabase {
  /// What is missing in a database without these extensions.
  /// - Parameter isTrial: whether the database is only for a trial.
  func outcome(isTrial: Bool) -> RestoreOutcome {
    var outcome = RestoreOutcome()
    for name in names {
      let reason =
        ofSuperusers.contains(name)
        ? "which only a superuser may create" : "which this server allows in one database only"
      outcome.notes.append("\(isTrial ? "tried without" : "left out:") the extension \(name), \(reason)")
      outcome.excused.formUnion(
        ["extension", "comment on extension"].map { ExactText("\($0) \(name.asIdentifierIfNeeded)") })
    }
    outcome.missingExtensions = Set(names)
    return outcome
  }
}
