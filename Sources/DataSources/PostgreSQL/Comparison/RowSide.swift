// The two sides of a comparison of rows. Their numbers are a bit of `RowPlace`.

enum RowSide: UInt64, Sendable {
  case before, after

  var other: RowSide { self == .before ? .after : .before }
}
