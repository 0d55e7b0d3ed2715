// The commits between two others: how many, and who made them.

package struct CommitSpan: Codable, Sendable, Hashable {
  package struct Author: Codable, Sendable, Hashable {
    package var name: String
    package var commits: Int
  }

  /// Commits that the later one has and the earlier one has not.
  package var added = 0
  /// Commits that the earlier one has and the later one has not: the work went back, or to another branch.
  package var left = 0
  /// Of the added ones, by the name that `.mailmap` gives them; the busiest first.
  package var authors: [Author] = []

  package init() {}

  /// Of spans that follow each other, each beginning where the one before ends.
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
