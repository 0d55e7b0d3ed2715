// `checkpoint restore database`: a database, or a part of it, into the project's or another one.

extension Command {
  static let restoreDatabase = Command(
    name: "database", operands: [.one("SELECTOR", .checkpoint)],
    summary: "bring the database back, or a part of it; git and files stay as they are",
    details: """
      --schema and --table choose a part. With --target-db it makes a new database and touches nothing
      else. With --data-only the recorded rows go into the tables as they are today, whatever a migration
      made of them: --plan shows what goes where. “checkpoint undo” brings back what was replaced.
      """,
    options: [
      .value("--source", as: "NAME", help: "which of the checkpoint's databases, if it has several"),
      .value(
        "--schema", as: "NAME", repeatable: true,
        help: "only this schema, with all that is in it; * and ? are wildcards"),
      .value(
        "--table", as: "NAME", repeatable: true,
        help: "only this table, as NAME or SCHEMA.NAME, with what belongs to it; * and ? are wildcards"),
      .flag("--schema-only", help: "definitions without rows"),
      .flag("--data-only", help: "rows into the tables of today, by a plan"),
      .flag("--plan", help: "show the plan of --data-only and try its conversions; change nothing"),
      .value(
        "--set", as: "TABLE.COLUMN=VALUE", repeatable: true, help: "for columns that have no recorded value"),
      .value(
        "--rename", as: "OLD=NEW", repeatable: true,
        help: "TABLE.COLUMN=COLUMN or TABLE=TABLE: what has another name today"),
      .flag(
        "--include-ledger",
        help: "with --data-only: also the tables in which migration tools remember what they did"),
      .value(
        "--exclude-table", as: "NAME", repeatable: true,
        help: "with --data-only: this table stays as it is; * and ? are wildcards"),
      .value("--target", as: "NAME", help: "into the database of the section [database \"NAME\"]"),
      .value("--target-db", as: "NAME", help: "into this database instead of the project's"),
      .flag(
        "--recreate", help: "replace the target database if it exists; the old one is kept under another name"
      ),
      .flag("--no-owner", help: "let everything belong to the user who restores it"),
      .flag("--no-privileges", help: "leave GRANTs out"),
      SharedOptions.partial, SharedOptions.trustedSource,
      .flag("--force", help: "also into a database that the checkpoint was not taken from"),
    ] + restoreOptions + SharedOptions.database,
    examples: [
      "checkpoint restore database latest --target-db shop_yesterday",
      "checkpoint restore database pre-migration --data-only --plan",
      "checkpoint restore database latest --schema billing --table 'shop.orders*'",
    ],
    exitCodes: rollbackCodes
  ) { invocation in
    try DatabaseRestore(invocation).run(Workspace(invocation))
  }
}
