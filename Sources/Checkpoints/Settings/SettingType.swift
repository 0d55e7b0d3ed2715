// The types of values: how each is read, what was expected if it cannot be, and its name in the documentation.

package enum SettingType: Sendable, Hashable {
  case text
  case boolean
  case number(ClosedRange<Int>)
  /// 0 for off.
  case numberOrOff(ClosedRange<Int>)
  /// A number without a unit.
  case seconds(ClosedRange<Int>)
  case size
  case duration
  /// How old something may be.
  case age
  /// When a job runs, or off.
  case schedule
  case choice([String])
  /// A command for `sh -c`.
  case command
  /// The beginning of a command, to which further words are added.
  case words
  case path
  /// A pattern for paths in the project.
  case glob
  /// A pattern for names of tags and branches.
  case pattern
  /// Patterns for names in a source.
  case names
  case variable
  case address
  /// Of a web service; whoever knows it can use it.
  case webhook

  /// What a value has to be; nil if any text is allowed.
  package var expected: String? {
    switch self {
    case .boolean: "true or false"
    case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
    case .seconds(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
    case .numberOrOff(let range): "a number from \(range.lowerBound) to \(range.upperBound), or off"
    case .size: "a number of bytes such as 500000, 50m or 2g"
    case .duration: "a time such as 90, 90s, 5m, 1h or 2d"
    case .age: "a time such as 12h, 14d, 2w, 6mo or 1y"
    case .schedule:
      "hourly :15, daily 02:00, weekly Sunday 01:00, monthly 1 03:00, the five fields of a crontab, or off"
    case .choice(let choices) where choices.count == 2: "“\(choices[0])” or “\(choices[1])”"
    case .choice(let choices): "one of \(choices.joined(separator: ", "))"
    case .text, .command, .words, .path, .glob, .pattern, .names, .variable, .address, .webhook: nil
    }
  }

  /// Whether the text is a value of this type.
  package func accepts(_ text: String) -> Bool {
    switch self {
    case .boolean: Self.flag(text) != nil
    case .number(let range), .seconds(let range): Self.number(text, in: range) != nil
    case .numberOrOff(let range): Self.numberOrOff(text, in: range) != nil
    case .size: Self.byteCount(text) != nil
    case .duration: Self.duration(text) != nil
    case .age: Self.age(text) != nil
    case .schedule: ScheduledAt(text) != nil
    case .choice(let choices): Self.choice(text, of: choices) != nil
    case .text, .command, .words, .path, .glob, .pattern, .names, .variable, .address, .webhook: true
    }
  }

  static func flag(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "true", "yes", "on", "1": true
    case "false", "no", "off", "0", "": false
    default: nil
    }
  }

  static func number(_ text: String, in range: ClosedRange<Int>) -> Int? {
    Int(text).flatMap { range.contains($0) ? $0 : nil }
  }

  static func numberOrOff(_ text: String, in range: ClosedRange<Int>) -> Int? {
    ["off", "false", "no"].contains(text.lowercased()) ? 0 : number(text, in: range)
  }

  /// A number of bytes, with k, m or g for powers of 1,024 as in git's own settings.
  static func byteCount(_ text: String) -> Int? {
    product(text, ["k": 1 << 10, "m": 1 << 20, "g": 1 << 30]).flatMap { $0 < 0 ? nil : $0 }
  }

  /// A number of seconds; s, m or h at the end means seconds, minutes or hours.
  /// A number of seconds above 0; m, h or d at the end means minutes, hours or days.
  package static func duration(_ text: String) -> Int? {
    product(text, ["s": 1, "m": 60, "h": 3600, "d": 86_400]).flatMap { $0 > 0 ? $0 : nil }
  }

  /// A number of seconds; h, d, w, m (or mo) or y at the end means hours, days, weeks, months of 30 days or years of 365. 0 is none.
  package static func age(_ text: String) -> Int? {
    let text = text.lowercased()
    if text == "0" { return 0 }
    let day = 86_400
    let units = [
      ("h", 3600), ("d", day), ("w", 7 * day), ("mo", 30 * day), ("m", 30 * day), ("y", 365 * day),
    ]
    guard let (unit, seconds) = units.first(where: { text.hasSuffix($0.0) }),
      let number = Int(text.dropLast(unit.count)), (0...10_000).contains(number)
    else { return nil }
    return number * seconds
  }

  /// One of the choices. A remark in parentheses is ignored: a checkpoint shows “go test (packages)”, and users may copy
  /// that.
  static func choice(_ text: String, of choices: [String]) -> String? {
    let text = text.lowercased()
    return choices.first { text == $0.lowercased() || text.hasPrefix("\($0.lowercased()) (") }
  }

  private static func product(_ text: String, _ units: [Character: Int]) -> Int? {
    let text = text.lowercased()
    let unit = text.last.flatMap { units[$0] }
    guard let number = Int(unit == nil ? text : String(text.dropLast())) else { return nil }
    let (product, isTooLarge) = number.multipliedReportingOverflow(by: unit ?? 1)
    return isTooLarge ? nil : product
  }

  /// `52428800` as `50m`.
  static func sizeText(_ byteCount: Int) -> String {
    for (unit, size) in [("g", 1 << 30), ("m", 1 << 20), ("k", 1 << 10)]
    where byteCount > 0 && byteCount.isMultiple(of: size) {
      return "\(byteCount / size)\(unit)"
    }
    return "\(byteCount)"
  }

  /// `600` as `10m`.
  static func durationText(_ seconds: Int) -> String {
    for (unit, size) in [("h", 3600), ("m", 60)] where seconds > 0 && seconds.isMultiple(of: size) {
      return "\(seconds / size)\(unit)"
    }
    return "\(seconds)s"
  }
}
