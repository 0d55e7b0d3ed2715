// All known settings: the project's own, and those of each kind of source. Every key of a file is looked up here.

import FileSystem

package struct SettingTable: Sendable {
  package private(set) var sections: [SettingSection]
  private let known: [String: Setting]

  /// - Parameter sections: sections with the same name are merged.
  package init(_ sections: [SettingSection]) {
    self.sections = []
    for section in sections {
      if let index = self.sections.firstIndex(where: { $0.name == section.name }) {
        self.sections[index].settings += section.settings
      } else {
        self.sections.append(section)
      }
    }
    let all = self.sections.flatMap(\.settings)
    known = Dictionary(all.map { ($0.key(), $0) }) { first, _ in first }
  }

  package var settings: [Setting] { sections.flatMap(\.settings) }

  /// The setting that a key means, and the name in its section's header, if it has one.
  /// - Parameter key: as git lists it, without `checkpoint.`.
  func setting(of key: String) -> (setting: Setting, subsection: String?)? {
    let (section, subsection, name) = Self.parts(of: key)
    guard let setting = known[section.isEmpty ? name : "\(section).\(name)"],
      setting.allows(subsection)
    else { return nil }
    return (setting, subsection)
  }

  private static func parts(of key: String) -> (section: String, subsection: String?, name: String) {
    // By scalars: git divides a key at the bytes of its dots.
    let scalars = key.unicodeScalars
    guard let first = scalars.firstIndex(of: "."), let last = scalars.lastIndex(of: ".") else {
      return ("", nil, key)
    }
    let subsection = first == last ? nil : String(key[scalars.index(after: first)..<last])
    return (String(key[..<first]), subsection, String(key[scalars.index(after: last)...]))
  }

  /// Longer keys are no misspellings, and comparing them would take long.
  private static let longest = 100

  /// The setting that may be meant by an unknown key, as it is documented.
  package func nearest(to key: String) -> String? {
    if key.utf8.count > Self.longest { return nil }
    let (_, subsection, name) = Self.parts(of: key)
    let asked = key.lowercased()
    let candidates = settings.flatMap { setting in
      names(of: setting, like: subsection).map { setting.shown(in: $0) }
    }
    let distances = candidates.map { ($0, EditDistance.between(asked, $0.lowercased())) }
    let nearest = distances.min { $0.1 < $1.1 }
    if let nearest, nearest.1 <= max(1, key.count / 5) { return nearest.0 }
    // The name is right, but the section is missing.
    let namesakes = name == key ? settings.filter { $0.name.lowercased() == name } : []
    return namesakes.count == 1
      ? namesakes[0].shown(in: names(of: namesakes[0], like: subsection).first ?? nil) : nil
  }

  /// The section names that may be meant for a setting.
  private func names(of setting: Setting, like subsection: String?) -> [String?] {
    switch setting.subsections {
    case .none: [nil]
    case .named: subsection == nil ? [nil] : [nil, subsection]
    case .required(let placeholder): [subsection ?? placeholder]
    case .choice(let names): [nil] + names
    }
  }
}
