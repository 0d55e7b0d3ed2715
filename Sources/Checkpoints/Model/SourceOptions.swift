// The part of a request that only one type of source understands. Only that type reads it; journals and notes keep it.

import FoundationEssentials

package struct SourceOptions: Codable, Sendable, Hashable {
  private var values: [String: Value] = [:]

  package init() {}

  /// Whether nothing is asked for.
  package var isEmpty: Bool { values.isEmpty }

  /// - Throws: what encoding throws, and `DecodingError` for what is not a JSON object.
  package init(_ options: some Encodable) throws {
    self = try JSONDecoder().decode(SourceOptions.self, from: JSONEncoder().encode(options))
  }

  /// The options decoded as the source's own type.
  /// - Throws: `DecodingError` if they are those of another type, or malformed.
  package func decoded<Options: Decodable>(_ type: Options.Type) throws -> Options {
    try JSONDecoder().decode(type, from: JSONEncoder().encode(self))
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    for key in container.allKeys where !SourceRequest.isOwn(key.stringValue) {
      values[key.stringValue] = try container.decode(Value.self, forKey: key)
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for (key, value) in values { try container.encode(value, forKey: Key(stringValue: key)) }
  }

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private enum Value: Codable, Sendable, Hashable {
    case missing
    case truth(Bool)
    case number(Double)
    case text(String)
    case list([Value])
    case object([String: Value])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .missing
      } else if let value = try? container.decode(Bool.self) {
        self = .truth(value)
      } else if let value = try? container.decode(Double.self) {
        self = .number(value)
      } else if let value = try? container.decode(String.self) {
        self = .text(value)
      } else if let value = try? container.decode([Value].self) {
        self = .list(value)
      } else {
        self = .object(try container.decode([String: Value].self))
      }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .missing: try container.encodeNil()
      case .truth(let value): try container.encode(value)
      case .number(let value): try container.encode(value)
      case .text(let value): try container.encode(value)
      case .list(let value): try container.encode(value)
      case .object(let value): try container.encode(value)
      }
    }
  }
}
