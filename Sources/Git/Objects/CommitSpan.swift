// The commits between two others: how many, and who made them.

package struct CommitSpan: Codable, Sendable, Hashable {
  package struct Author: Codable, Sendable, Hashable {
    package var name: String
    package var commits: Int
  }

  /// How many commits the later one has and the earlier one has not.
  package var added = 0
  /// How many commits the earlier one has and the later one has not: if the work went back, or to another branch.
  package var left = 0
  /// The authors of the added commits, by their names in `.mailmap`; the one with most commits first.
  package var authors: [Author] = []

  package init() {}

  /// Joins consecutive spans, each of which begins where the one before ends.
  package init(joining spans: [CommitSpan]) {
    added = spans.reduce(0) { $0 + $1.added }
    authors = Self.sorted(
      spans.flatMap(\.authors).reduce(into: [:]) { $0[$1.name, default: 0] += $1.commits })
  }

  static func sorted(_ counts: [String: Int]) -> [Author] {
    counts.map { Author(name: $0.key, commits: $0.value) }
      .sorted { ($1.commits, $0.name) < ($0.commits, $1.name) }
  }
}
