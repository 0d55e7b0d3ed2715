// A setting, independent of any file: its name, the type of its values, its meaning. The table of all settings
// (SettingTable) decides what is read, what is a misspelling, and what needs the user's consent; the documentation and the
// file that `init` writes are generated from it.

package struct Setting: Sendable, Hashable {
  /// The kinds of values that the user has to agree to if they come with the repository.
  package enum Consent: Sendable { case command, address }

  /// The named sections of one kind, such as `[database "NAME"]`.
  package enum Subsections: Sendable, Hashable {
    case none
    /// The section without a name is the same as the one named `plain`.
    case named(placeholder: String, plain: String)
    /// Every section has a name.
    case required(placeholder: String)
    /// Only these names; the section without a name applies to all of them.
    case choice([String])
  }

  /// Empty for `[checkpoint]` itself.
  package let section: String
  /// As it is documented; git ignores its case.
  package let name: String
  /// One or two sentences.
  package let meaning: String
  package let subsections: Subsections
  /// Whether only the user's own settings count, because the repository must not decide it.
  package let isPersonal: Bool
  /// The value in the file that `init` writes, as a comment; nil to leave the setting out.
  package let example: String?
  package internal(set) var type = SettingType.text
  /// The default; nil if there is none.
  package internal(set) var usual: String?
  package internal(set) var isRepeatable = false
  package internal(set) var consent: Consent?

  package init(
    _ name: String, in section: String = "", of subsections: Subsections = .none, isPersonal: Bool = false,
    example: String? = nil, _ meaning: String
  ) {
    (self.section, self.name, self.subsections) = (section, name, subsections)
    (self.isPersonal, self.example, self.meaning) = (isPersonal, example, meaning)
  }

  /// The key as git lists it, without `checkpoint.`: in lower case, except for the section's name.
  func key(in subsection: String? = nil) -> String { path(subsection, name.lowercased()) }

  /// The key as people write it: `hooks.pre-push.failure`.
  package func shown(in subsection: String? = nil) -> String { path(subsection, name) }

  /// The key in git's own settings.
  package func inGit(_ subsection: String? = nil) -> String { "checkpoint.\(shown(in: subsection))" }

  private func path(_ subsection: String?, _ name: String) -> String {
    ([section, subsection ?? "", name].filter { !$0.isEmpty }).joined(separator: ".")
  }

  /// Whether the section may have this name; nil for no name.
  func allows(_ subsection: String?) -> Bool {
    switch (subsections, subsection) {
    case (.none, nil), (.named, nil), (.choice, nil): true
    case (.none, _), (.required, nil): false
    case (.named, let name?), (.required, let name?): !name.isEmpty
    case (.choice(let names), let name?): names.contains(name)
    }
  }

  func shaped(
    _ type: SettingType, usual: String? = nil, isRepeatable: Bool = false, consent: Consent? = nil
  ) -> Setting {
    var setting = self
    (setting.type, setting.usual) = (type, usual)
    (setting.isRepeatable, setting.consent) = (isRepeatable, consent)
    return setting
  }
}

/// A section with its settings.
package struct SettingSection: Sendable {
  /// Empty for `[checkpoint]`.
  package var name: String
  /// One or two sentences.
  package var meaning: String
  package var settings: [Setting]

  package init(_ name: String, _ meaning: String, _ settings: [Setting]) {
    (self.name, self.meaning, self.settings) = (name, meaning, settings)
  }

  /// The header in the file: `[database "NAME"]`.
  package var header: String { header("") }

  /// - Parameter subsection: instead of the placeholder.
  func header(_ subsection: String) -> String {
    let placeholder: String? = settings.lazy.compactMap { setting in
      switch setting.subsections {
      case .named(let placeholder, _), .required(let placeholder): placeholder
      case .none, .choice: nil
      }
    }.first
    let name = self.name.isEmpty ? "checkpoint" : self.name
    guard let placeholder else { return "[\(name)]" }
    return "[\(name) \"\(subsection.isEmpty ? placeholder : subsection)\"]"
  }
}
