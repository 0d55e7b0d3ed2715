// The settings of [retention], which say how long checkpoints are kept.

extension Setting {
  /// A rule of a class. What comes with the repository must not decide what is removed here.
  fileprivate static func retention(_ name: String, _ meaning: String) -> Setting {
    Setting(
      name, in: "retention", of: .choice(RetentionClass.allCases.map(\.rawValue)), isPersonal: true, meaning)
  }
}

extension SettingKey where Value == Bool, Failure == Settings.Invalid {
  package static var keepAll: Self { flag(false, .retention("keepAll", "Keeps all of them.")) }
  package static var archive: Self {
    flag(
      false,
      .retention("archive", "Whether archives take what no rule keeps, so that it stays. For full: true."))
  }
}

extension SettingKey where Value == String, Failure == Settings.Invalid {
  package static var prune: Self {
    choice(
      "auto", of: ["auto", "off"],
      Setting(
        "prune", in: "retention", isPersonal: true,
        "Whether the process in the background removes incremental checkpoints and those of hooks, once a day."
      ))
  }
}

extension SettingKey where Value == Int, Failure == Settings.Invalid {
  private static func count(_ name: String, _ meaning: String) -> Self {
    number(0, in: 0...1_000_000, .retention(name, meaning))
  }

  package static var keepLast: Self { count("keepLast", "So many of the newest.") }
  package static var keepWithin: Self {
    age(.retention("keepWithin", "Those that are not older than this."))
  }
  package static var keepHourly: Self { count("keepHourly", "The newest of so many hours that have one.") }
  package static var keepDaily: Self { count("keepDaily", "The newest of so many days that have one.") }
  package static var keepWeekly: Self { count("keepWeekly", "The newest of so many weeks that have one.") }
  package static var keepMonthly: Self { count("keepMonthly", "The newest of so many months that have one.") }
  package static var keepYearly: Self { count("keepYearly", "The newest of so many years that have one.") }
}
