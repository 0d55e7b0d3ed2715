// What is asked of data sources when they are restored by themselves. Journals keep it, and the notes of the rescue, so that
// undo is about the same part.

/// In JSON it is one object together with the options of the source's type.
package struct SourceRequest: Codable, Sendable, Hashable {
  /// Which of the checkpoint's sources; nil for all of them.
  package var source: String?
  /// The name of the project's source that it goes into; nil for the one that it was taken from.
  package var destination: String?
  /// Also into a place that the checkpoint was not taken from.
  package var isForced = false
  /// What cannot be made is left out and listed, instead of stopping everything; nil for no.
  package var allowsPartial: Bool?
  package var options = SourceOptions()

  package init() {}

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case source, destination, isForced, allowsPartial
  }

  /// Whether a key of the object is one of these, and not an option's.
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

  /// What takes it back.
  /// - Parameter takingBack: the same for the options, which depends on the type of the source.
  package func reversed(
    _ takingBack: (SourceOptions) throws -> SourceOptions
  ) rethrows -> SourceRequest {
    var request = SourceRequest()
    request.source = destination ?? source
    // The rescue was taken from that very place.
    request.isForced = false
    request.allowsPartial = allowsPartial
    request.options = try takingBack(options)
    return request
  }
}
