// When a job runs: in words (`daily 02:00`, `weekly Sunday 01:00`) or as the five fields of a crontab, in local time. Kept as sets of
// numbers, from which the forms of cron and systemd are written.

import FileSystem
import Glibc

package struct ScheduleTime: Sendable, Hashable {
  package enum Field: CaseIterable, Sendable {
    case minute, hour, day, month, weekday

    /// Sunday is 0; cron also calls it 7.
    package var range: ClosedRange<Int> {
      switch self {
      case .minute: 0...59
      case .hour: 0...23
      case .day: 1...31
      case .month: 1...12
      case .weekday: 0...6
      }
    }

    fileprivate var names: [String] {
      switch self {
      case .month: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
      case .weekday: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
      case .minute, .hour, .day: []
      }
    }
  }

  private var values: [Field: Set<Int>]

  package subscript(field: Field) -> Set<Int> { values[field] ?? [] }

  package func isEvery(_ field: Field) -> Bool { self[field].count == field.range.count }

  /// nil if the text is none of the forms.
  package init?(_ text: String) {
    let words = text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
    guard let first = words.first else { return nil }
    let rest = Array(words.dropFirst())
    let fields: [String]? =
      switch first {
      case "hourly": Self.hourly(rest)
      case "daily": Self.clock(rest, otherwise: "02:00").map { $0 + ["*", "*", "*"] }
      case "weekly": Self.weekly(rest)
      case "monthly": Self.monthly(rest)
      default: words.count == 5 ? words : nil
      }
    guard let fields else { return nil }
    var values: [Field: Set<Int>] = [:]
    for (field, text) in zip(Field.allCases, fields) {
      guard let set = Self.numbers(text, field), !set.isEmpty else { return nil }
      values[field] = set
    }
    self.values = values
    if isEvery(.weekday) && !hasDay { return nil }
  }

  /// The days of the longest year.
  private static let lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

  /// Whether one of the months has one of the days: the 31st of February never comes.
  private var hasDay: Bool {
    self[.month].contains { month in self[.day].contains { $0 <= Self.lengths[month - 1] } }
  }

  private static func hourly(_ words: [String]) -> [String]? {
    guard words.count < 2 else { return nil }
    let minute = words.first ?? ":00"
    guard minute.first == ":", minute.count == 3 else { return nil }
    return [String(minute.dropFirst()), "*", "*", "*", "*"]
  }

  private static func weekly(_ words: [String]) -> [String]? {
    let day = words.first ?? "sunday"
    let names = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
    guard day.count >= 3, names.contains(where: { $0.hasPrefix(day) }) else { return nil }
    return clock(Array(words.dropFirst()), otherwise: "01:00").map { $0 + ["*", "*", String(day.prefix(3))] }
  }

  /// Only days that every month has.
  private static func monthly(_ words: [String]) -> [String]? {
    var (words, day) = (words, "1")
    if let first = words.first, !first.contains(":") {
      guard let number = Int(first), (1...28).contains(number) else { return nil }
      (day, words) = (first, Array(words.dropFirst()))
    }
    return clock(words, otherwise: "03:00").map { $0 + [day, "*", "*"] }
  }

  /// `HH:MM` as the fields of minute and hour.
  private static func clock(_ words: [String], otherwise usual: String) -> [String]? {
    guard words.count < 2 else { return nil }
    let parts = (words.first ?? usual).split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...2).contains(parts[0].count), parts[1].count == 2 else { return nil }
    return [String(parts[1]), String(parts[0])]
  }

  /// A field of a crontab: `*`, numbers, names, ranges and steps, several with commas.
  private static func numbers(_ text: String, _ field: Field) -> Set<Int>? {
    var found: Set<Int> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
      guard let span = pieces.first, pieces.count < 3 else { return nil }
      let isStepped = pieces.count == 2
      guard let step = isStepped ? plain(pieces[1]) : 1, step > 0 else { return nil }
      let ends = span.split(separator: "-", omittingEmptySubsequences: false)
      var range = field.range
      if span != "*" {
        guard let low = number(ends[0], field), ends.count < 3,
          let high = ends.count == 2 ? number(ends[1], field) : isStepped ? field.range.upperBound : low,
          low <= high
        else { return nil }
        range = low...high
      }
      found.formUnion(stride(from: range.lowerBound, through: range.upperBound, by: step))
    }
    return field == .weekday ? Set(found.map { $0 % 7 }) : found
  }

  private static func number(_ text: Substring, _ field: Field) -> Int? {
    if let index = field.names.firstIndex(of: String(text)) { return index + field.range.lowerBound }
    guard let number = plain(text) else { return nil }
    return field.range.contains(number) || (field == .weekday && number == 7) ? number : nil
  }

  private static func plain(_ text: Substring) -> Int? {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } && text.count < 3 ? Int(text) : nil
  }
}

// MARK: As a crontab has it

extension ScheduleTime: CustomStringConvertible {
  /// The five fields.
  package var description: String { Field.allCases.map { text($0, between: "-") }.joined(separator: " ") }

  /// The numbers of a field, neighbours as a range; `*` for all.
  package func text(_ field: Field, between: String) -> String {
    if isEvery(field) { return "*" }
    var spans: [(Int, Int)] = []
    for number in self[field].sorted() {
      if let last = spans.last, last.1 == number - 1 {
        spans[spans.count - 1].1 = number
      } else {
        spans.append((number, number))
      }
    }
    return spans.map { $0 == $1 ? "\($0)" : "\($0)\(between)\($1)" }.joined(separator: ",")
  }
}

// MARK: Moments

extension ScheduleTime {
  /// Days to look at: the 29th of February comes only every eight years at the turn of some centuries.
  private static let horizon = 8 * 366

  /// The last moment at which it should have run; nil if there was none in eight years.
  package func last(until now: Timestamp) -> Timestamp? { moment(from: now, by: -1) }
  package func next(after now: Timestamp) -> Timestamp? { moment(from: now, by: 1) }

  private func moment(from now: Timestamp, by direction: Int) -> Timestamp? {
    var seconds = time_t(now.secondsSinceEpoch)
    var today = tm()
    localtime_r(&seconds, &today)
    for offset in 0...Self.horizon {
      var noon = today
      noon.tm_mday += Int32(direction * offset)
      (noon.tm_hour, noon.tm_min, noon.tm_sec, noon.tm_isdst) = (12, 0, 0, -1)
      guard mktime(&noon) != -1, includes(noon) else { continue }
      let found = moments(on: noon).filter {
        direction < 0 ? $0 <= now.secondsSinceEpoch : $0 > now.secondsSinceEpoch
      }
      if let moment = direction < 0 ? found.max() : found.min() {
        return Timestamp(millisecondsSinceEpoch: moment * 1000)
      }
    }
    return nil
  }

  /// As cron does it: if both the day and the weekday are restricted, one of them is enough.
  private func includes(_ day: tm) -> Bool {
    guard self[.month].contains(Int(day.tm_mon) + 1) else { return false }
    let (isDay, isWeekday) = (
      self[.day].contains(Int(day.tm_mday)), self[.weekday].contains(Int(day.tm_wday))
    )
    return isEvery(.day) || isEvery(.weekday) ? isDay && isWeekday : isDay || isWeekday
  }

  private func moments(on day: tm) -> [Int] {
    self[.hour].flatMap { hour in
      self[.minute].compactMap { minute in
        var time = day
        (time.tm_hour, time.tm_min, time.tm_sec, time.tm_isdst) = (Int32(hour), Int32(minute), 0, -1)
        let seconds = mktime(&time)
        return seconds == -1 ? nil : Int(seconds)
      }
    }
  }
}
