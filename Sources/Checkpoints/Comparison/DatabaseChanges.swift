// What differs between two states of one database. Counts of rows come from what was recorded of the tables; which rows
// differ is known only where chunks were read for it.

package struct DatabaseChanges: Codable, Sendable {
  package struct Totals: Codable, Sendable, Hashable {
    /// “shop on localhost:5432”, never with a password.
    package var label: String
    package var tables: Int?
    package var rows: Int?
    /// What it takes on its server.
    package var liveByteCount: Int
    /// Its rows as text; nil where they were not read.
    package var textByteCount: Int?

    package init(label: String, tables: Int?, rows: Int?, liveByteCount: Int, textByteCount: Int?) {
      (self.label, self.tables, self.rows) = (label, tables, rows)
      (self.liveByteCount, self.textByteCount) = (liveByteCount, textByteCount)
    }
  }

  package struct SequenceChange: Codable, Sendable, Hashable {
    package var name: String
    /// nil where there is none.
    package var before: String?
    package var after: String?

    package init(name: String, before: String?, after: String?) {
      (self.name, self.before, self.after) = (name, before, after)
    }
  }

  /// The name in the settings: “main”.
  package var name: String
  /// What a source of another kind is called; nil for a database.
  package var noun: String?
  /// nil where that side has no such database.
  package var before: Totals?
  package var after: Totals?
  /// nil where nobody asked, or one side has none.
  package var schema: SchemaChanges?
  /// Tables whose rows differ, or that one side alone has; nil as above.
  package var tables: [TableChanges]?
  package var sequences: [SequenceChange]?
  /// What differs beside them: “large objects”, and tables of extensions, where rows were read.
  package var otherData: [String]?
  /// What could not be compared, and why.
  package var problems: [String] = []
  /// What people should know: what was read for it, what is left out.
  package var remarks: [String] = []

  package init(name: String, before: Totals?, after: Totals?) {
    (self.name, self.before, self.after) = (name, before, after)
  }
}
