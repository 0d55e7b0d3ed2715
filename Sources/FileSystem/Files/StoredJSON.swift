// JSON that another program may have written: a store can come in an archive, or be a copy of one that is not the user's.
// It is checked once, when it is decoded, so that what reads it later needs no checks of its own.

import FoundationEssentials

package enum StoredJSON {
  /// Of one number. Bytes of the largest disks, and seconds of any duration, are far below.
  private static let limit = 1 << 48

  /// What a number can be.
  package static let numbers = 0...limit

  /// - Throws: `DecodingError`
  package static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
    do {
      try checkNumbers(bytes)
      let value = try JSONDecoder().decode(type, from: Data(bytes))
      try (value as? any StoredDocument)?.check()
      return value
    } catch let error as ForeignValue {
      throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: error.description))
    }
  }

  package static func summary(_ error: DecodingError) -> String {
    switch error {
    case .dataCorrupted(let context), .keyNotFound(_, let context), .typeMismatch(_, let context),
      .valueNotFound(_, let context):
      return context.debugDescription
    @unknown default: return "unknown"
    }
  }

  /// Numbers are added and multiplied in many places, and an overflow ends the program. So none is negative (but -1), none is huge,
  /// and all that are large have a sum that is not.
  static func checkNumbers(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { bytes in
      var (index, sum) = (0, 0)
      while index < bytes.count {
        switch bytes[index] {
        case UInt8(ascii: "\""): index = end(ofText: bytes, from: index)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
          let start = index
          while index < bytes.count, isPartOfNumber(bytes[index]) { index += 1 }
          let size = try size(of: UnsafeRawBufferPointer(rebasing: bytes[start..<index]))
          if size > 1 << 32 { sum += size }
          if sum > limit { throw ForeignValue("its numbers are too large") }
        default: index += 1
        }
      }
    }
  }

  private static func end(ofText bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    var index = start + 1
    while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
      index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return index + 1
  }

  private static func isPartOfNumber(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }

  private static func size(of digits: UnsafeRawBufferPointer) throws -> Int {
    // Most numbers are short and whole.
    if digits.count <= 9,
      digits.allSatisfy({ $0 >= UInt8(ascii: "0") }) && !digits.contains(where: { $0 > 57 })
    {
      return 0
    }
    let text = String(decoding: digits, as: UTF8.self)
    guard let number = Double(text), number.magnitude <= Double(limit) else {
      throw ForeignValue("\(text.prefix(40)) is too large a number")
    }
    // PostgreSQL says so that something has no limit; a duration can be negative by a clock that was set.
    if number < -1, !text.contains(where: { ".eE".contains($0) }) {
      throw ForeignValue("\(text.prefix(40)) is a negative number")
    }
    return Int(number.magnitude)
  }
}

extension BytePath {
  /// Whether it stays inside the directory from which it starts: relative, and without `.`, `..` and empty components. Lists
  /// mark directories by a slash at their end.
  package var isInner: Bool {
    let slash = UInt8(ascii: "/")
    let path = bytes.last == slash ? bytes.dropLast() : bytes[...]
    if path.isEmpty || path.contains(0) { return false }
    return path.split(separator: slash, omittingEmptySubsequences: false).allSatisfy { name in
      !name.isEmpty && !name.elementsEqual(".".utf8) && !name.elementsEqual("..".utf8)
    }
  }

  /// Whether a component has the name by which git knows its directories.
  package var hasGitDirectory: Bool {
    bytes.split(separator: UInt8(ascii: "/")).contains { $0.elementsEqual(".git".utf8) }
  }
}
