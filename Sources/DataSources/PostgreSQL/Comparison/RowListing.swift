// Converts rows of COPY text to values for people: by column name, without escapes, decoded, and with long values cut to the
// part that differs.

import Checkpoints
import FileSystem

struct RowListing {
  /// Longer values are cut.
  static let valueLimit = 2000
  /// How much of a cut value is shown before the first difference.
  private static let lead = 40

  let columns: [String]
  /// Positions of the primary key's columns.
  let key: [Int]
  /// The encodings of both sides.
  let encodings: (before: DatabaseEncoding, after: DatabaseEncoding)

  /// A value's bytes; nil for NULL.
  private typealias Values = [[UInt8]?]

  private func values(_ row: [UInt8]?) -> Values? {
    row.map { row in
      row.withUnsafeBytes { bytes in
        RowFields.ranges(of: bytes).map { range in
          let field = UnsafeRawBufferPointer(rebasing: bytes[range])
          if field.elementsEqual(#"\N"#.utf8) { return nil }
          var value: [UInt8] = []
          RowText.forEachByte(of: field) { value.append($0) }
          return value
        }
      }
    }
  }

  /// - Parameters:
  ///   - before: the row as COPY text; nil for one that was added.
  ///   - after: nil for one that was removed.
  func row(_ change: ObjectChange, before: [UInt8]?, after: [UInt8]?) -> RowChanges.Row {
    let (old, new) = (values(before), values(after))
    func value(_ column: Int) -> RowChanges.Value {
      let (one, other) = (field(column, old), field(column, new))
      let start = Self.start(one, other)
      return RowChanges.Value(
        column: columns[column], before: one.map { Self.text($0, from: start, encodings.before) },
        after: other.map { Self.text($0, from: start, encodings.after) })
    }
    let others = columns.indices.filter { column in
      !key.contains(column) && (old == nil || new == nil || field(column, old) != field(column, new))
    }
    return RowChanges.Row(change: change, key: key.map(value), values: others.map(value))
  }

  private func field(_ column: Int, _ values: Values?) -> [UInt8]? {
    guard let values, column < values.count else { return nil }
    return values[column]
  }

  /// The first character shown of two values of which one is too long.
  private static func start(_ one: [UInt8]?, _ other: [UInt8]?) -> Int {
    guard let one, let other, max(one.count, other.count) > valueLimit else { return 0 }
    let same = zip(one, other).prefix { $0 == $1 }.count
    return max(0, same - lead)
  }

  private static func text(_ value: [UInt8], from start: Int, _ encoding: DatabaseEncoding) -> String {
    if start == 0 && value.count <= valueLimit { return whole(value, encoding) }
    let rest = value.dropFirst(start)
    let piece = Array(rest.prefix(valueLimit))
    return (start > 0 ? "…" : "") + encoding.text(piece)
      + (rest.count > piece.count ? "… (\(value.count) bytes)" : "")
  }

  /// The whole value. In a database without an encoding it can be any bytes.
  private static func whole(_ value: [UInt8], _ encoding: DatabaseEncoding) -> String {
    let text = encoding.text(value)
    return text.utf8.elementsEqual(value) || !text.unicodeScalars.contains("\u{FFFD}")
      ? text : BytePath(value).description
  }

  /// Sorted by key, numbers as numbers.
  static func sorted(_ rows: [RowChanges.Row]) -> [RowChanges.Row] {
    func text(_ value: RowChanges.Value) -> String { value.after ?? value.before ?? "" }
    let columns = rows.first?.key.indices ?? 0..<0
    let numeric = columns.map { column in rows.allSatisfy { Int(text($0.key[column])) != nil } }
    func isBefore(_ one: RowChanges.Row, _ other: RowChanges.Row) -> Bool {
      for column in columns {
        let (left, right) = (text(one.key[column]), text(other.key[column]))
        if left == right { continue }
        if numeric[column], let number = Int(left), let another = Int(right) { return number < another }
        return left < right
      }
      return false
    }
    // Rows without a key stay in the order in which they were found.
    return rows.enumerated().sorted { one, other in
      if isBefore(one.element, other.element) { return true }
      return !isBefore(other.element, one.element) && one.offset < other.offset
    }.map(\.element)
  }
}
