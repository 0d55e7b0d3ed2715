// What of data sources is compared.

import Checkpoints

package struct ComparisonOptions: Sendable {
  package var comparesSchema = true
  package var comparesTables = true
  /// Whether contents are read to count the rows that differ.
  package var readsRows = false
  /// Whether rows are counted at least if that costs next to nothing.
  package var readsSmallTables = false
  /// Only these tables, by names or patterns; none for all.
  package var tables: [String] = []
  /// Rows of each kind that are listed of a table.
  package var rowLimit = 0
  package var progress: any ProgressReporter = SilentProgress()

  package init() {}
}
