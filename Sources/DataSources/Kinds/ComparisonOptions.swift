// What is compared of data sources, and how much is read for it.

import Checkpoints

package struct ComparisonOptions: Sendable {
  package var comparesSchema = true
  package var comparesTables = true
  /// Whether contents are read to count the rows that differ.
  package var readsRows = false
  /// Whether rows are at least counted if that costs next to nothing.
  package var readsSmallTables = false
  /// The only tables to compare, by names or patterns; empty for all.
  package var tables: [String] = []
  /// The number of rows of each kind that are listed for a table.
  package var rowLimit = 0
  package var progress: any ProgressReporter = SilentProgress()

  package init() {}
}
