// Removes foreign keys from and to tables whose rows are replaced, and puts them back when all rows are in, which checks
// each key with one query instead of one for each row.
//
// Recorded rows may violate a key, because they were loaded without checks. Then the key is put back as NOT VALID. If a key
// is violated only because present rows meet recorded ones, that is an error, unless the rows are a rescue's: the way back
// must always be possible, and the key is then as valid as it was when the rescue was taken.

import ChunkStore
import Postgres

struct ForeignKeyQuiet {
  private struct Key {
    var table: String
    /// `ADD CONSTRAINT …`, without `NOT VALID`.
    var addition: String
    /// `COMMENT ON CONSTRAINT … ON`, and the text.
    var comment: (start: String, text: String)?
    var isChecked: Bool
    /// Whether the rows on both sides are replaced.
    var isWhollyReplaced: Bool
    /// Its name in archives, and the name that it would have at the whole table of a partition.
    var title: Title
    var wholeTitle: Title?
    var wholeTable: String?
    var isReferringReplaced: Bool
    var reference: Reference
  }

  /// The columns that refer, and those that they refer to.
  struct Reference {
    /// Quoted.
    var table: String
    var columns: [String]
    var parent: TableName
    var parentColumns: [String]
  }

  /// A key as pg_dump names it.
  struct Title: Hashable {
    var schema: String
    /// The table's name and the constraint's.
    var name: String
  }

  private let connection: Connection
  /// For a rescue: the keys that were valid when it was taken.
  private let rescued: Set<Title>?
  private var keys: [Key] = []

  /// - Parameters:
  ///   - oids: the tables whose rows are replaced, including partitions.
  ///   - rescued: nil if the rows are not a rescue's.
  init(_ oids: [String], rescued: Set<Title>?, _ connection: Connection) throws {
    (self.connection, self.rescued) = (connection, rescued)
    for row in try connection.query(Self.query, [oids.asArray]) {
      guard let off = row[0], let table = row[1], var addition = row[2] else { continue }
      try connection.execute(off)
      // Since version 18 a key can be not enforced; it is put back as it is.
      let isChecked = row[4] == "t" || !addition.hasSuffix(Self.unchecked)
      if !isChecked { addition.removeLast(Self.unchecked.count) }
      keys.append(
        Key(
          table: table, addition: addition, comment: row[3].flatMap { start in row[6].map { (start, $0) } },
          isChecked: isChecked, isWhollyReplaced: row[5] == "t",
          title: Title(schema: row[7] ?? "", name: row[8] ?? ""),
          wholeTitle: row[9].flatMap { schema in row[10].map { Title(schema: schema, name: $0) } },
          wholeTable: row[11], isReferringReplaced: row[12] == "t",
          reference: Reference(
            table: table, columns: Self.names(row[13]),
            parent: TableName(schema: row[14] ?? "", name: row[15] ?? ""), parentColumns: Self.names(row[16]))
        ))
    }
    gather()
  }

  private static let unchecked = " NOT VALID"
  /// Occurs in no ordinary name.
  private static let separator = "\u{1F}"

  private static func names(_ text: String?) -> [String] {
    (text ?? "").split(separator: separator).map(String.init)
  }

  /// The keys that are valid in an archive.
  static func checked(in document: DatabaseDocument, _ store: Store) throws -> Set<Title> {
    let contents = try ArchiveContents.read(document, ChunkReader(store))
    return Set(
      contents.entries.compactMap { entry in
        guard entry.kind == "FK CONSTRAINT", let schema = entry.schema else { return nil }
        let text = String(decoding: entry.definition ?? [], as: UTF8.self)
        return text.contains("\(unchecked);") ? nil : Title(schema: schema, name: entry.name)
      })
  }

  /// Joins keys that were at partitions to the key of their whole table again.
  private mutating func gather() {
    guard let rescued else { return }
    var kept: [Key] = []
    for var key in keys {
      if !key.isChecked, !rescued.contains(key.title), let whole = key.wholeTitle, let table = key.wholeTable,
        rescued.contains(whole)
      {
        (key.table, key.title) = (table, whole)
        if kept.contains(where: { $0.title == whole }) { continue }
      }
      kept.append(key)
    }
    keys = kept
  }

  // MARK: Putting them back

  /// - Returns: the keys that were valid and are not any more, for people.
  /// - Parameter wasBroken: whether recorded rows violated a key together with the recorded rows of the referenced table,
  ///   which keeps its present rows.
  /// - Throws: the server's error for a key that present and recorded rows violate together.
  func end(_ wasBroken: (Reference) throws -> Bool) throws -> [String] {
    try keys.flatMap { try add($0, wasBroken) }
  }

  private func add(_ key: Key, _ wasBroken: (Reference) throws -> Bool) throws -> [String] {
    let mayBreak = key.isWhollyReplaced || rescued != nil
    if !key.isChecked && rescued?.contains(key.title) != true {
      try comment(key, at: addUnchecked(key))
      return []
    }
    var (remarks, places): ([String], [String]) = ([], [key.table])
    try connection.execute("SAVEPOINT key")
    do { try connection.execute(script: Array("ALTER TABLE \(key.table) \(key.addition)".utf8)) } catch let
      error as DatabaseError where error.isForeignKeyViolation
    {
      try connection.execute("ROLLBACK TO SAVEPOINT key")
      guard try mayBreak || key.isReferringReplaced && wasBroken(key.reference) else { throw error }
      places = try addUnchecked(key)
      remarks.append(
        "\(key.table): \(UncheckedForeignKey.remark(error, places == [key.table] ? [] : places))")
    }
    // Later rows must have the transaction's own number, not a savepoint's.
    try connection.execute("RELEASE SAVEPOINT key")
    try comment(key, at: places)
    return remarks
  }

  /// - Returns: the tables that have it now.
  private func addUnchecked(_ key: Key) throws -> [String] {
    let partitions = try UncheckedForeignKey.add(
      to: Array(key.table.utf8), Array(key.addition.utf8), on: connection, protected: true)
    return partitions.isEmpty ? [key.table] : partitions
  }

  private func comment(_ key: Key, at places: [String]) throws {
    guard let comment = key.comment else { return }
    for place in places {
      try connection.execute(script: Array("\(comment.start)\(place) IS \(comment.text)".utf8))
    }
  }

  /// Keys of partitions belong to their whole table's.
  private static let query = """
    SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname), c.conrelid::regclass,
      format('ADD CONSTRAINT %I %s', c.conname, pg_get_constraintdef(c.oid)),
      CASE WHEN d.description IS NOT NULL THEN format('COMMENT ON CONSTRAINT %I ON ', c.conname) END,
      c.convalidated, c.conrelid = ANY ($1::oid[]) AND c.confrelid = ANY ($1::oid[]),
      quote_literal(d.description), n.nspname, concat(t.relname, ' ', c.conname),
      wn.nspname, concat(w.relname, ' ', c.conname), w.oid::regclass, c.conrelid = ANY ($1::oid[]),
      (SELECT string_agg(a.attname, U&'\\001F' ORDER BY k.place) FROM unnest(c.conkey) WITH ORDINALITY k (number, place)
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number),
      pn.nspname, p.relname,
      (SELECT string_agg(a.attname, U&'\\001F' ORDER BY k.place) FROM unnest(c.confkey) WITH ORDINALITY k (number, place)
        JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.number)
    FROM pg_constraint c
    JOIN pg_class p ON p.oid = c.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
    JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace
    LEFT JOIN pg_class w ON t.relispartition AND w.oid = pg_partition_root(t.oid)
    LEFT JOIN pg_namespace wn ON wn.oid = w.relnamespace
    LEFT JOIN pg_description d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = c.oid AND d.objsubid = 0
    WHERE c.contype = 'f' AND c.conparentid = 0
      AND (c.conrelid = ANY ($1::oid[]) OR c.confrelid = ANY ($1::oid[]) OR EXISTS (
        SELECT FROM pg_constraint child WHERE child.conparentid = c.oid
          AND (child.conrelid = ANY ($1::oid[]) OR child.confrelid = ANY ($1::oid[]))))
    ORDER BY c.conrelid, c.conname
    """
}
