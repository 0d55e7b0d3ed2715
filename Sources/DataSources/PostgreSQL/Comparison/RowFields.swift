// The fields of a row in the text of COPY: a tab ends each, and a line feed the last.

import Codecs
import Glibc

enum RowFields {
  static func ranges(of row: UnsafeRawBufferPointer) -> [Range<Int>] {
    var (found, start): ([Range<Int>], Int) = ([], 0)
    for index in row.indices where row[index] == 0x09 || row[index] == 0x0A {
      found.append(start..<index)
      start = index + 1
    }
    if start < row.count { found.append(start..<row.count) }
    return found
  }

  /// A hash of some fields, in the given order.
  static func hash(of fields: [Int], in row: UnsafeRawBufferPointer) -> UInt64 {
    // Most keys are the first field.
    if fields == [0], let base = row.baseAddress {
      let end = memchr(base, 0x09, row.count) ?? memchr(base, 0x0A, row.count)
      let count = end.map { UnsafeRawPointer($0) - base } ?? row.count
      return ContentHash.of(UnsafeRawBufferPointer(rebasing: row[..<count]))
    }
    let ranges = ranges(of: row)
    return fields.reduce(0) { hash, field in
      guard field < ranges.count else { return hash }
      let part = ContentHash.of(UnsafeRawBufferPointer(rebasing: row[ranges[field]]))
      return ((hash << 5) | (hash >> 59)) ^ (part &* 0x9E37_79B9_7F4A_7C15)
    }
  }
}
