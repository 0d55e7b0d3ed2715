// Whole rows as text, with the chunk that they come from.

struct RowPiece: Sendable {
  var bytes: [UInt8]
  /// In the list of its side's differing chunks.
  var chunk: Int
  /// Pieces of different stretches have nothing to do with each other in order.
  var stretch: Int
}
