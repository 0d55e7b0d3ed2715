// Settings as `checkpoint settings` lists them, each with the value in effect and the place that sets it.

package struct ListedSetting: Sendable {
  package var setting: Setting
  /// The name in its section's header.
  package var subsection: String?
  /// nil if it is not set and has no default.
  package var value: String?
  /// nil for a default.
  package var place: SettingPlace?
  /// Whether the repository sets it, and not the user.
  package var isCommitted = false
  /// What was expected, if the value is something else.
  package var problem: String?

  package var key: String { setting.shown(in: subsection) }
  /// Whether the user has to agree to it before it is used.
  package var needsConsent: Bool { isCommitted && setting.consent != nil }
  /// Whether it has no effect, because only the user may set it and the repository does.
  package var isIgnored: Bool { isCommitted && setting.isPersonal }
}

extension Settings {
  /// All settings, in the order of the table. Those of named sections are listed for each name in use.
  package func listed() -> [ListedSetting] {
    var places = SettingPlaces(self)
    return table.sections.flatMap { section in
      names(in: section).flatMap { name in
        section.settings.filter { $0.allows(name) }.flatMap { listed($0, name, &places) }
      }
    }
  }

  private func listed(_ setting: Setting, _ name: String?, _ places: inout SettingPlaces) -> [ListedSetting] {
    let key = setting.key(in: name)
    var values = values(ofExactly: setting, in: name)
    if setting.type == .pattern, let reset = values.lastIndex(where: { $0.text.isEmpty }) {
      values.removeFirst(reset + (reset + 1 < values.count ? 1 : 0))
    }
    if values.isEmpty {
      // There can be many named sections, and settings that are not set are the same in each.
      if name != nil { return [] }
      return [ListedSetting(setting: setting, subsection: name, value: setting.usual)]
    }
    let shown = setting.isRepeatable ? values : values.suffix(1)
    return shown.map { value in
      ListedSetting(
        setting: setting, subsection: name, value: value.text, place: places.place(of: value, key: key),
        isCommitted: value.origin == .committed,
        problem: setting.type.accepts(value.text) ? nil : setting.type.expected)
    }
  }

  /// The names of a section in use, nil for the section without one.
  private func names(in section: SettingSection) -> [String?] {
    let used = Set(
      sortedKeys.compactMap { key -> String?? in
        guard let (setting, name) = table.setting(of: key), setting.section == section.name else {
          return nil
        }
        return .some(name)
      })
    let names = used.sorted { ($0 ?? "") < ($1 ?? "") }
    let isPlain = section.settings.contains {
      if case .choice = $0.subsections { true } else { $0.subsections == .none }
    }
    return isPlain && !used.contains(nil) || names.isEmpty ? [nil] + names : names
  }
}
