// How one table differs: its rows and chunks on either side, and the rows themselves if they were read.

package struct TableChanges: Codable, Sendable {
  package struct Side: Codable, Sendable, Hashable {
    package var rows: Int
    package var byteCount: Int
    package var chunks: Int
    /// Chunks that the other side does not have, and their rows: no others can differ.
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
  /// nil if no rows were read.
  package var rows: RowChanges?
  /// Why rows were not compared, or only by some of their columns.
  package var remark: String?

  package init(name: String, change: ObjectChange, before: Side?, after: Side?) {
    (self.name, self.change, self.before, self.after) = (name, change, before, after)
  }

  /// The change in the number of rows; negative if there are fewer.
  package var growth: Int { (after?.rows ?? 0) - (before?.rows ?? 0) }
}
