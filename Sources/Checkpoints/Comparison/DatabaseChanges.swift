// What differs between two states of one database. Counts of rows come from what was recorded about the tables; which rows
// differ is known only if their chunks were read.

package struct DatabaseChanges: Codable, Sendable {
  package struct Totals: Codable, Sendable, Hashable {
    /// “shop on localhost:5432”, never with a password.
    package var label: String
    package var tables: Int?
    package var rows: Int?
    /// Its size on its server.
    package var liveByteCount: Int
    /// The size of its rows as text; nil if they were not read.
    package var textByteCount: Int?

    package init(label: String, tables: Int?, rows: Int?, liveByteCount: Int, textByteCount: Int?) {
      (self.label, self.tables, self.rows) = (label, tables, rows)
      (self.liveByteCount, self.textByteCount) = (liveByteCount, textByteCount)
    }
  }

  package struct SequenceChange: Codable, Sendable, Hashable {
    package var name: String
    /// nil if there is none.
    package var before: String?
    package var after: String?

    package init(name: String, before: String?, after: String?) {
      (self.name, self.before, self.after) = (name, before, after)
    }
  }

  /// The name in the settings: “main”.
  package var name: String
  /// The word for a source that is no database; nil for a database.
  package var noun: String?
  /// nil if that side has no such database.
  package var before: Totals?
  package var after: Totals?
  /// nil if it was not requested, or one side has none.
  package var schema: SchemaChanges?
  /// Tables whose rows differ, or that only one side has; nil as above.
  package var tables: [TableChanges]?
  package var sequences: [SequenceChange]?
  /// Other data that differs: “large objects”, and tables of extensions if rows were read.
  package var otherData: [String]?
  /// What could not be compared, and why.
  package var problems: [String] = []
  /// What users should know: what was read for it, what is left out.
  package var remarks: [String] = []

  package init(name: String, before: Totals?, after: Totals?) {
    (self.name, self.before, self.after) = (name, before, after)
  }
}
