// Which rows of a table differ. Rows with the same primary key are one row that changed; without a key there are only added and
// removed ones.

package struct RowChanges: Codable, Sendable {
  package struct Value: Codable, Sendable, Hashable {
    package var column: String
    /// nil for NULL, and for columns that this side does not have.
    package var before: String?
    package var after: String?

    package init(column: String, before: String?, after: String?) {
      (self.column, self.before, self.after) = (column, before, after)
    }

    /// Writes NULL as `null` instead of leaving it out.
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
    /// The columns that differ in a changed row; in other rows all columns outside the key.
    package var values: [Value]

    package init(change: ObjectChange, key: [Value], values: [Value]) {
      (self.change, self.key, self.values) = (change, key, values)
    }
  }

  package var added = 0
  package var removed = 0
  package var changed = 0
  /// The columns of the primary key; empty if whole rows were compared.
  package var key: [String]
  /// At most as many as were requested.
  package var listed: [Row] = []
  /// Bytes of text that were read for it.
  package var bytesRead = 0

  package init(key: [String]) { self.key = key }

  package var total: Int { added + removed + changed }
}
