// What is known of a setting before any file is read: its name, the form of its values, what it means. The table of all of
// them (SettingTable) decides what is read, what is a misspelling, what needs the user's consent, and fills the pages and
// the file that `init` writes.

package struct Setting: Sendable, Hashable {
  /// What the user has to agree to if it comes with the repository.
  package enum Consent: Sendable { case command, address }

  /// The named sections of one kind, such as `[database "NAME"]`.
  package enum Subsections: Sendable, Hashable {
    case none
    /// The section without a name means the one that is called `plain`.
    case named(placeholder: String, plain: String)
    /// Each has a name.
    case required(placeholder: String)
    /// These names; the section without one is for all of them.
    case choice([String])
  }

  /// Empty for `[checkpoint]` itself.
  package let section: String
  /// As it is written; git reads it in any case.
  package let name: String
  /// One or two sentences.
  package let meaning: String
  package let subsections: Subsections
  /// Only the user's own settings count, as the repository must not decide it.
  package let isPersonal: Bool
  /// A value for the file that `init` writes, in a comment; nil for what is not in there.
  package let example: String?
  package internal(set) var type = SettingType.text
  /// What holds if it is not set; nil if nothing does.
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

  /// The key as git lists it, without `checkpoint.`: in lower case but for the subsection's name.
  func key(in subsection: String? = nil) -> String { path(subsection, name.lowercased()) }

  /// The same as people write it: `hooks.pre-push.failure`.
  package func shown(in subsection: String? = nil) -> String { path(subsection, name) }

  /// The name in git's own settings.
  package func inGit(_ subsection: String? = nil) -> String { "checkpoint.\(shown(in: subsection))" }

  private func path(_ subsection: String?, _ name: String) -> String {
    ([section, subsection ?? "", name].filter { !$0.isEmpty }).joined(separator: ".")
  }

  /// Whether the section may have this name, nil for none.
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

  /// As it stands in the file: `[database "NAME"]`.
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
