// Settings as pages name them: keys of git's (`checkpoint.warm`), and lines of sections of `.checkpointconfig`.

import TestSupport

struct DocumentedSetting: Sendable {
  /// As it stands there.
  var text: String
  /// The words that have to be known, in lower case: of a section and its key, without names that users choose.
  var names: [String]

  private static let sections: Set<String> = [
    "database", "services", "state", "tests", "hooks", "notify", "component", "checkpoint",
  ]

  static func all(in page: Page) -> [DocumentedSetting] {
    let lines = page.spans + page.blocks.flatMap { $0.language == "ini" ? [] : $0.lines }
    return lines.flatMap(keys) + page.blocks.filter { $0.language == "ini" }.flatMap { sectionKeys($0.lines) }
  }

  /// `checkpoint.hooks.timeout` anywhere in a line.
  private static func keys(_ line: String) -> [DocumentedSetting] {
    line.split { !($0.isASCII && ($0.isLetter || $0.isNumber || ".-_/".contains($0))) }
      .filter { $0.hasPrefix("checkpoint.") && !$0.contains("/") }
      .compactMap { word in
        let parts = word.split(separator: ".").dropFirst().map(String.init)
        guard let last = parts.last, last.contains(where: \.isLowercase) else { return nil }
        // In between is a name of the user's.
        let ends = parts.count > 1 ? [parts[0], last] : [last]
        return DocumentedSetting(text: String(word), names: ends.map { known($0) })
      }
  }

  private static func sectionKeys(_ lines: [String]) -> [DocumentedSetting] {
    lines.compactMap { line in
      let text = line.drop { $0 == " " }
      if text.hasPrefix("[") {
        let name = text.dropFirst().prefix { $0 != "]" && $0 != " " }
        return DocumentedSetting(
          text: line, names: sections.contains(String(name)) ? [] : ["no section [\(name)]"])
      }
      guard !text.hasPrefix("#"), text.contains("=") else { return nil }
      return DocumentedSetting(text: line, names: [known(String(text.prefix { $0 != "=" && $0 != " " }))])
    }
  }

  /// Each service command may have a limit of its own, by a name that is put together.
  private static func known(_ name: String) -> String {
    let word = name.lowercased()
    let isServiceLimit = ["stop", "build", "start", "smoke"].contains { word == "\($0)timeout" }
    return isServiceLimit ? "timeout" : word
  }
}
