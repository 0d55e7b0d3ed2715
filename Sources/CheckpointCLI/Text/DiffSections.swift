// Which sections of a comparison are wanted, and of which tables.

import DataSources

/// What the user wants to see. If nothing is chosen, it is everything in brief.
struct DiffSections {
  var files: Bool
  var schema: Bool
  var data: Bool
  /// Only totals.
  var isStat: Bool
  var tables: [String]
  var rowLimit: Int

  init(_ invocation: Invocation) throws {
    tables = invocation.list("--table")
    isStat = invocation.has("--stat")
    let data = invocation.has("--data") || !tables.isEmpty
    let (files, schema) = (invocation.has("--files"), invocation.has("--schema"))
    (self.files, self.schema, self.data) = (files, schema, data)
    rowLimit = 20
    if let text = invocation.value("--limit") {
      guard let number = Int(text), (0...100_000).contains(number) else {
        throw UsageError(description: "--limit takes a number from 0 to 100000, not “\(text)”")
      }
      if tables.isEmpty { throw UsageError(description: "--limit goes with --table") }
      rowLimit = number
    }
  }

  /// `--data` says how rows are compared, and hides nothing.
  private var isOverview: Bool { !files && !schema && tables.isEmpty }
  var showsFiles: Bool { files || isOverview }
  var showsSchema: Bool { schema || isOverview }
  var showsTables: Bool { data || isOverview }
  var showsDatabases: Bool { showsSchema || showsTables }

  var options: ComparisonOptions {
    var options = ComparisonOptions()
    options.comparesSchema = showsSchema
    options.comparesTables = showsTables
    options.readsRows = data
    options.readsSmallTables = true
    options.tables = tables
    options.rowLimit = tables.isEmpty ? 0 : rowLimit
    return options
  }
}
