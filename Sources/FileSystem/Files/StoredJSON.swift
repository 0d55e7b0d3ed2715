// JSON that another program may have written: a store can come in an archive, or be a copy of another user's store. It is
// checked once, when it is decoded, so that code which uses it later needs no checks of its own.

import FoundationEssentials

package enum StoredJSON {
  /// The largest number. The bytes of the largest disks, and the seconds of any duration, are far below it.
  private static let limit = 1 << 48

  /// The numbers that can be valid.
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
    func place(_ context: DecodingError.Context) -> String {
      context.codingPath.last.map { "“\($0.stringValue)”" } ?? "the whole"
    }
    switch error {
    case .dataCorrupted(let context): return context.debugDescription
    case .keyNotFound(let key, _): return "it lacks “\(key.stringValue)”"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "\(place(context)) is of another type"
    @unknown default: return "unknown"
    }
  }

  /// Numbers are added and multiplied in many places, and an overflow would end the program. So no number may be negative
  /// (except -1) or above the limit, nor may the sum of all large numbers be above it.
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
    // Most numbers are short and integers.
    if digits.count <= 9,
      digits.allSatisfy({ $0 >= UInt8(ascii: "0") }) && !digits.contains(where: { $0 > 57 })
    {
      return 0
    }
    let text = String(decoding: digits, as: UTF8.self)
    guard let number = Double(text), number.magnitude <= Double(limit) else {
      throw ForeignValue("\(text.prefix(40)) is too large a number")
    }
    // -1 is PostgreSQL's way to say “no limit”. A duration can be negative if the clock was set back.
    if number < -1, !text.contains(where: { ".eE".contains($0) }) {
      throw ForeignValue("\(text.prefix(40)) is a negative number")
    }
    return Int(number.magnitude)
  }
}

extension BytePath {
  /// Whether it stays inside the directory from which it starts: relative, and without `.`, `..` and empty components.
  /// A slash at the end is allowed, because lists mark directories with it.
  package var isInner: Bool {
    let slash = UInt8(ascii: "/")
    let path = bytes.last == slash ? bytes.dropLast() : bytes[...]
    if path.isEmpty || path.contains(0) { return false }
    return path.split(separator: slash, omittingEmptySubsequences: false).allSatisfy { name in
      !name.isEmpty && !name.elementsEqual(".".utf8) && !name.elementsEqual("..".utf8)
    }
  }

  /// Whether a component is `.git`.
  package var hasGitDirectory: Bool {
    bytes.split(separator: UInt8(ascii: "/")).contains { $0.elementsEqual(".git".utf8) }
  }
}
