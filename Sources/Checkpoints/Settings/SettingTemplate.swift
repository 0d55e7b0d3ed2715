// The file that `init` writes: the settings that most projects need, as comments, with the sentences of the table.

extension SettingTable {
  private static let width = 110

  /// - Parameter sources: the sections of the sources that were found; if empty, an example is written instead.
  package func template(sources: String) -> String {
    var text = """
      # Settings of checkpoint, in git's own format; checkpoint settings lists them all with their values.
      # Personal ones: git config checkpoint.KEY VALUE. Commands and addresses that others commit here are used only
      # after "checkpoint trust". Never a password here: it belongs into .env, ~/.pgpass or PGPASSWORD.

      """
    for section in sections {
      let settings = section.settings.filter { $0.example != nil }
      if settings.isEmpty { continue }
      if section.name.isEmpty {
        text += "\(section.header)\n"
        for setting in settings {
          text += Self.comment(setting.meaning, "\t# ") + "\t# \(setting.assignment)\n"
        }
      } else if let plain = section.plainSource {
        if sources.isEmpty {
          text += "# \(section.header(plain))\n" + settings.map { "# \t\($0.assignment)\n" }.joined()
        }
      } else {
        text += Self.comment(section.meaning, "# ") + "# \(section.header)\n"
        text += settings.map { "# \t\($0.assignment)\n" }.joined()
      }
    }
    return text + sources
  }

  private static func comment(_ text: String, _ start: String) -> String {
    var lines = [start]
    for word in text.split(separator: " ") {
      if lines[lines.count - 1].count + word.count > width { lines.append(start) }
      lines[lines.count - 1] += (lines[lines.count - 1] == start ? "" : " ") + word
    }
    return lines.map { "\($0)\n" }.joined()
  }
}

extension Setting {
  fileprivate var assignment: String { "\(name) = \(example ?? "")" }
}

extension SettingSection {
  /// For a section that gives the address of a source: the name of the source if the section has none.
  fileprivate var plainSource: String? {
    settings.lazy.filter { $0.consent == .address }.compactMap { setting in
      if case .named(_, let plain) = setting.subsections { plain } else { nil }
    }.first
  }
}
