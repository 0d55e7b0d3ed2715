// The settings of PostgreSQL databases: their addresses, how they are reached, and what of them is recorded.

import Checkpoints

extension PostgreSQLSource {
  package static let settings = [
    SettingSection(
      "", "",
      [SettingKey.jobs.setting, SettingKey.lockTimeout.setting, SettingKey.connectTimeout.setting]),
    SettingSection(
      "database",
      "A PostgreSQL database. Without such a section it is the one of DATABASE_URL, in the environment or in .env files, or "
        + "of PG* variables.",
      [
        SettingKey.databaseVariable.setting, SettingKey.databaseURL.setting,
        SettingKey.clientPrefix.setting, SettingKey.databaseIsRecorded.setting,
        SettingKey.databaseSchemas.setting, SettingKey.excludedTables.setting,
        SettingKey.excludedRows.setting,
      ]),
  ]
}

extension Setting.Subsections {
  fileprivate static var databases: Self { .named(placeholder: "NAME", plain: "main") }
}

extension SettingKey where Value == Int, Failure == Settings.Invalid {
  package static var jobs: Self {
    number(
      4, in: 1...64,
      Setting(
        "jobs",
        "Connections that read or write rows at the same time; fewer are used if the server has no more."))
  }

  package static var lockTimeout: Self {
    seconds(10, in: 1...86_400, Setting("lockTimeout", "How long a lock in a database is waited for."))
  }

  package static var connectTimeout: Self {
    seconds(10, in: 2...3600, Setting("connectTimeout", "How long a server may take to answer."))
  }
}

extension SettingKey where Value == String?, Failure == Never {
  package static var databaseVariable: Self {
    text(
      .variable, consent: .address,
      Setting(
        "env", in: "database", of: .databases,
        "The variable that holds the address: in the environment, .env.local or .env."))
  }

  package static var databaseURL: Self {
    text(
      .address, consent: .address,
      Setting(
        "url", in: "database", of: .databases, example: "postgresql://USER@HOST/DATABASE",
        "The address, without a password: that belongs into .env, ~/.pgpass or PGPASSWORD. “none” switches the database off."
      ))
  }

  package static var clientPrefix: Self {
    text(
      .words, consent: .command,
      Setting(
        "clientPrefix", in: "database", of: .databases,
        "Words that run pg_dump and pg_restore elsewhere, such as docker exec -i db."))
  }
}

extension SettingKey where Value == Bool, Failure == Settings.Invalid {
  package static var databaseIsRecorded: Self {
    flag(
      true,
      Setting(
        "record", in: "database", of: .databases,
        "Checkpoints record it; otherwise it is only a place to restore to."))
  }
}

extension SettingKey where Value == [String], Failure == Never {
  package static var databaseSchemas: Self {
    list(
      .names, otherwise: "all",
      Setting("schema", in: "database", of: .databases, "The schemas that are recorded."))
  }

  package static var excludedTables: Self {
    list(.names, Setting("excludeTable", in: "database", of: .databases, "Tables that are not recorded."))
  }

  package static var excludedRows: Self {
    list(
      .names,
      Setting(
        "excludeTableData", in: "database", of: .databases, "Tables that are recorded without their rows."))
  }
}
