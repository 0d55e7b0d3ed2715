// A setting with the type of its value. Settings are read only by such keys, `try settings[.jobs]`, never by text: a
// misspelt name does not compile, and every setting that is read is in the table. A key whose values can be wrong throws
// `Settings.Invalid`; a key that takes any text never throws.

package struct SettingKey<Value: Sendable, Failure: Error>: Sendable {
  package let setting: Setting
  package let usual: Value
  /// Converts all values, of which there is at least one, the strongest last; nil if one is not of the type.
  let read: @Sendable ([String]) -> Value?

  private init(_ setting: Setting, usual: Value, read: @escaping @Sendable ([String]) -> Value?) {
    (self.setting, self.usual, self.read) = (setting, usual, read)
  }

  /// A setting with one value; if there are several, the last one counts.
  fileprivate init(one setting: Setting, usual: Value, read: @escaping @Sendable (String) -> Value?) {
    self.init(setting, usual: usual) { $0.last.flatMap(read) }
  }

  /// A setting with several values, all of which count.
  fileprivate init(all setting: Setting, usual: Value, read: @escaping @Sendable ([String]) -> Value?) {
    self.init(setting, usual: usual, read: read)
  }
}

// MARK: Values that can be wrong

extension SettingKey where Failure == Settings.Invalid, Value == Bool {
  package static func flag(_ usual: Bool, _ setting: Setting) -> Self {
    Self(one: setting.shaped(.boolean, usual: "\(usual)"), usual: usual) { SettingType.flag($0) }
  }
}

extension SettingKey where Failure == Settings.Invalid, Value == Bool? {
  /// - Parameter usual: the default, in words.
  package static func flag(otherwise usual: String, _ setting: Setting) -> Self {
    Self(one: setting.shaped(.boolean, usual: usual), usual: nil) {
      SettingType.flag($0).map { .some($0) }
    }
  }
}

extension SettingKey where Failure == Settings.Invalid, Value == Int {
  package static func number(_ usual: Int, in range: ClosedRange<Int>, _ setting: Setting) -> Self {
    Self(one: setting.shaped(.number(range), usual: "\(usual)"), usual: usual) {
      SettingType.number($0, in: range)
    }
  }

  package static func numberOrOff(_ usual: Int, in range: ClosedRange<Int>, _ setting: Setting) -> Self {
    Self(one: setting.shaped(.numberOrOff(range), usual: "\(usual)"), usual: usual) {
      SettingType.numberOrOff($0, in: range)
    }
  }

  package static func seconds(_ usual: Int, in range: ClosedRange<Int>, _ setting: Setting) -> Self {
    Self(one: setting.shaped(.seconds(range), usual: "\(usual)"), usual: usual) {
      SettingType.number($0, in: range)
    }
  }

  package static func size(_ usual: Int, _ setting: Setting) -> Self {
    Self(one: setting.shaped(.size, usual: SettingType.sizeText(usual)), usual: usual) {
      SettingType.byteCount($0)
    }
  }

  package static func duration(_ usual: Int, _ setting: Setting) -> Self {
    Self(one: setting.shaped(.duration, usual: SettingType.durationText(usual)), usual: usual) {
      SettingType.duration($0)
    }
  }

  package static func age(_ setting: Setting) -> Self {
    Self(one: setting.shaped(.age), usual: 0) { SettingType.age($0) }
  }
}

extension SettingKey where Failure == Settings.Invalid, Value == Int? {
  package static func duration(_ setting: Setting) -> Self {
    Self(one: setting.shaped(.duration), usual: nil) { SettingType.duration($0).map { .some($0) } }
  }

  /// - Parameter usual: the default, in words.
  package static func seconds(otherwise usual: String, in range: ClosedRange<Int>, _ setting: Setting) -> Self
  {
    Self(one: setting.shaped(.seconds(range), usual: usual), usual: nil) {
      SettingType.number($0, in: range).map { .some($0) }
    }
  }
}

extension SettingKey where Failure == Settings.Invalid, Value == String {
  package static func choice(_ usual: String, of choices: [String], _ setting: Setting) -> Self {
    Self(one: setting.shaped(.choice(choices), usual: usual), usual: usual) {
      SettingType.choice($0, of: choices)
    }
  }
}

extension SettingKey where Failure == Settings.Invalid, Value == ScheduledAt {
  package static func moment(_ setting: Setting) -> Self {
    Self(one: setting.shaped(.schedule), usual: .usual) { ScheduledAt($0) }
  }
}

extension SettingKey where Failure == Settings.Invalid, Value == [String] {
  /// - Parameter usual: the default, in words.
  package static func choices(otherwise usual: String, of choices: [String], _ setting: Setting) -> Self {
    Self(all: setting.shaped(.choice(choices), usual: usual, isRepeatable: true), usual: []) { texts in
      let chosen = texts.compactMap { SettingType.choice($0, of: choices) }
      return chosen.count == texts.count ? chosen : nil
    }
  }
}

// MARK: Values that can be any text

extension SettingKey where Failure == Never, Value == String {
  package static func text(_ usual: String, _ setting: Setting) -> Self {
    Self(one: setting.shaped(.text, usual: usual), usual: usual) { $0 }
  }
}

extension SettingKey where Failure == Never, Value == String? {
  package static func text(
    _ type: SettingType, otherwise usual: String? = nil, consent: Setting.Consent? = nil, _ setting: Setting
  ) -> Self {
    Self(one: setting.shaped(type, usual: usual, consent: consent), usual: nil) { $0 }
  }

  /// A command for `sh -c`. An empty text switches off a committed command, and is nil.
  package static func command(_ setting: Setting) -> Self {
    Self(one: setting.shaped(.command, consent: .command), usual: nil) { text in
      .some(text.allSatisfy(\.isWhitespace) ? nil : text)
    }
  }
}

extension SettingKey where Failure == Never, Value == [String] {
  package static func list(_ type: SettingType, otherwise usual: String? = nil, _ setting: Setting) -> Self {
    Self(all: setting.shaped(type, usual: usual, isRepeatable: true), usual: []) { $0 }
  }

  /// Patterns of names. An empty value drops those before it, as in git's own lists.
  package static func patterns(_ usual: [String], _ setting: Setting) -> Self {
    let text = usual.isEmpty ? nil : usual.joined(separator: ", ")
    return Self(all: setting.shaped(.pattern, usual: text, isRepeatable: true), usual: usual) { texts in
      Array(texts[(texts.lastIndex(of: "").map { $0 + 1 } ?? 0)...])
    }
  }
}
