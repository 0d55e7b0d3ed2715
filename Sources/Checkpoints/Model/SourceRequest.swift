// The part of a restoration that is about data sources: which one, into what, and with which options. Journals keep it, and
// so do the notes of the rescue, so that `undo` reverses the same part.

/// In JSON it is one object with the options of the source's type.
package struct SourceRequest: Codable, Sendable, Hashable {
  /// Which of the checkpoint's sources; nil for all of them.
  package var source: String?
  /// The name of the project's source that it goes into; nil for the one that it was taken from.
  package var destination: String?
  /// Also restores into a place from which the checkpoint was not taken.
  package var isForced = false
  /// Leaves out and lists what cannot be made, instead of failing; nil for no.
  package var allowsPartial: Bool?
  package var options = SourceOptions()

  package init() {}

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case source, destination, isForced, allowsPartial
  }

  /// Whether a key of the JSON object belongs to this type, and not to the options.
  static func isOwn(_ key: String) -> Bool { CodingKeys(rawValue: key) != nil }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    source = try container.decodeIfPresent(String.self, forKey: .source)
    destination = try container.decodeIfPresent(String.self, forKey: .destination)
    isForced = try container.decodeIfPresent(Bool.self, forKey: .isForced) ?? false
    allowsPartial = try container.decodeIfPresent(Bool.self, forKey: .allowsPartial)
    options = try SourceOptions(from: decoder)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(source, forKey: .source)
    try container.encodeIfPresent(destination, forKey: .destination)
    try container.encode(isForced, forKey: .isForced)
    try container.encodeIfPresent(allowsPartial, forKey: .allowsPartial)
    try options.encode(to: encoder)
  }

  /// The request that undoes a restoration with this one.
  /// - Parameter takingBack: reverses the options, which depends on the source's type.
  package func reversed(
    _ takingBack: (SourceOptions) throws -> SourceOptions
  ) rethrows -> SourceRequest {
    var request = SourceRequest()
    request.source = destination ?? source
    // The rescue was taken from the same place.
    request.isForced = false
    request.allowsPartial = allowsPartial
    request.options = try takingBack(options)
    return request
  }
}
