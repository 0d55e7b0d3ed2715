// How the JSON in the store is written and read.

import FileSystem
import FoundationEssentials

package enum JSON {
  /// Readable: one value a line, keys in order, a newline at the end.
  package static func encode(_ value: some Encodable) throws -> [UInt8] {
    try encode(value, [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]) + [0x0A]
  }

  /// On one line, keys in order: the same value is always the same bytes, and so the same chunk.
  package static func encodeCompactly(_ value: some Encodable) throws -> [UInt8] {
    try encode(value, [.sortedKeys, .withoutEscapingSlashes])
  }

  private static func encode(
    _ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting
  ) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting
    return Array(try encoder.encode(value))
  }

  package static func decode<Decoded: Decodable>(_ type: Decoded.Type, from bytes: [UInt8]) throws -> Decoded
  {
    try StoredJSON.decode(type, from: bytes)
  }
}
