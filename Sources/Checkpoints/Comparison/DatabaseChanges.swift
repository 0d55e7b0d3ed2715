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

package struct TableChanges: Codable, Sendable {
  package struct Side: Codable, Sendable, Hashable {
    package var rows: Int
    package var byteCount: Int
    package var chunks: Int
    /// Chunks that the other side has not, and the rows in them: no more than these can differ.
    package var differingChunks: Int
    package var differingRows: Int

    package init(rows: Int, byteCount: Int, chunks: Int, differingChunks: Int, differingRows: Int) {
      (self.rows, self.byteCount, self.chunks) = (rows, byteCount, chunks)
      (self.differingChunks, self.differingRows) = (differingChunks, differingRows)
    }
  }

  /// `public.orders`
  package var name: String
  package var change: ObjectChange
  package var before: Side?
  package var after: Side?
  /// nil where no rows were read.
  package var rows: RowChanges?
  /// Why rows were not compared, or only by some of their columns.
  package var remark: String?

  package init(name: String, change: ObjectChange, before: Side?, after: Side?) {
    (self.name, self.change, self.before, self.after) = (name, change, before, after)
  }

  /// The number of rows; negative where there are fewer.
  package var growth: Int { (after?.rows ?? 0) - (before?.rows ?? 0) }
}

/// Which rows of a table differ. Rows with the same key are one row that changed.
package struct RowChanges: Codable, Sendable {
  package struct Value: Codable, Sendable, Hashable {
    package var column: String
    /// nil for NULL, and for columns that one side has not.
    package var before: String?
    package var after: String?

    package init(column: String, before: String?, after: String?) {
      (self.column, self.before, self.after) = (column, before, after)
    }

    /// NULL stands there as such.
    package func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(column, forKey: .column)
      try container.encode(before, forKey: .before)
      try container.encode(after, forKey: .after)
    }
  }

  package struct Row: Codable, Sendable, Hashable {
    package var change: ObjectChange
    /// The values of the primary key; none without one.
    package var key: [Value]
    /// Of a changed row the columns that differ, of others all but the key.
    package var values: [Value]

    package init(change: ObjectChange, key: [Value], values: [Value]) {
      (self.change, self.key, self.values) = (change, key, values)
    }
  }

  package var added = 0
  package var removed = 0
  package var changed = 0
  /// The columns of the primary key; none where whole rows were compared.
  package var key: [String]
  /// As many as somebody asked for.
  package var listed: [Row] = []
  /// Bytes of text that were read for it.
  package var bytesRead = 0

  package init(key: [String]) { self.key = key }

  package var total: Int { added + removed + changed }
}
