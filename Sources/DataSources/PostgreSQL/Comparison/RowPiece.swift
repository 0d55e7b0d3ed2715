// Whole rows as text, with the chunk that they come from.

struct RowPiece: Sendable {
  var bytes: [UInt8]
  /// The index in its side's list of differing chunks.
  var chunk: Int
  /// The stretch that it belongs to. The order of rows in different stretches is unrelated.
  var stretch: Int
}
