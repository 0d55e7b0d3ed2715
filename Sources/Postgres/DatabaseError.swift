// The error of libpq or of the server. It never contains connection parameters, so it can be shown and logged. Messages of
// several lines become one line, because an error is shown on one.

package struct DatabaseError: Error, Sendable, CustomStringConvertible {
  /// Where a statement failed, as the server reports it.
  package struct Place: Hashable, Sendable {
    package var schema: String?
    package var table: String?
    package var column: String?
    package var constraint: String?
    /// What the server was doing: `COPY people, line 5, column id: "x"`.
    package var context: String?

    package init() {}
  }

  /// How far the connection had come.
  package enum Phase: Sendable {
    case connecting
    /// It was made, and the server's version is not supported.
    case checkingVersion
    case connected
  }

  package var phase: Phase
  /// The five characters of PostgreSQL's Appendix A; empty if the error is not the server's.
  package var sqlState: String
  package var operation: String
  package var message: String
  package var detail: String?
  package var hint: String?
  package var place = Place()

  package init(
    phase: Phase = .connected, sqlState: String = "", operation: String, message: String,
    detail: String? = nil, hint: String? = nil
  ) {
    self.phase = phase
    self.sqlState = sqlState
    self.operation = operation
    self.message = Self.oneLine(message)
    self.detail = detail.map(Self.oneLine)
    self.hint = hint.map(Self.oneLine)
  }

  package static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).map { line in
      var line = line.drop(while: \.isWhitespace)
      while line.last?.isWhitespace == true { line.removeLast() }
      return String(line)
    }.filter { !$0.isEmpty }.joined(separator: "; ")
  }

  package var description: String {
    let place = place.words(besides: message)
    return "cannot \(operation): \(message)" + (detail.map { " (\($0))" } ?? "")
      + (place.isEmpty ? "" : " [\(place)]")
  }

  /// lock_not_available, or the cancellation that `lock_timeout` causes.
  package var isLockTimeout: Bool { sqlState == "55P03" }
  /// Class 23: NOT NULL, CHECK, UNIQUE, foreign keys.
  package var isConstraintViolation: Bool { sqlState.hasPrefix("23") }
  package var isPermission: Bool { sqlState == "42501" }
  package var isMissingDatabase: Bool { sqlState == "3D000" }
  package var isCancelled: Bool { sqlState == "57014" }
  package var isDeadlock: Bool { sqlState == "40P01" }
  package var isInUse: Bool { sqlState == "55006" }
  package var isForeignKeyViolation: Bool { sqlState == "23503" }
  /// Not supported, or not for this kind of object.
  package var isUnsupported: Bool { ["0A000", "42809"].contains(sqlState) }
  package var isUndefinedFunction: Bool { sqlState == "42883" }
  /// For example a type, a role in `ALTER … OWNER`, or a setting.
  package var isUndefinedObject: Bool { sqlState == "42704" }
  /// A name that does not exist: of a function, a table, a type or a schema.
  package var isUndefinedName: Bool { ["42883", "42P01", "42704", "3F000"].contains(sqlState) }
  package var isDiskFull: Bool { sqlState == "53100" }
}

extension DatabaseError.Place {
  private static let contextLimit = 120

  /// The table first, then everything else that is known and not in the message already.
  func words(besides message: String) -> String {
    var words: [String] = []
    func add(_ word: String?, _ kind: String) {
      guard let word, !message.contains("\"\(word)\"") else { return }
      words.append(kind + word)
    }
    let copied = context.flatMap { Self.copied($0) }
    if let table {
      words.append([schema, table].compactMap { $0 }.joined(separator: "."))
      if let copied { words += copied.dropFirst() }
    } else if let copied {
      words += copied
    }
    if copied?.contains(where: { $0.hasPrefix("column") }) != true { add(column, "column ") }
    add(constraint, "constraint ")
    if copied == nil, let line = context?.split(whereSeparator: \.isNewline).first, !line.isEmpty {
      words.append(line.count > Self.contextLimit ? line.prefix(Self.contextLimit - 1) + "…" : String(line))
    }
    return words.joined(separator: ", ")
  }

  /// The table, the line and the column in `COPY people, line 5, column id: "x"`.
  private static func copied(_ context: String) -> [String]? {
    guard let line = context.split(whereSeparator: \.isNewline).first, line.hasPrefix("COPY ") else {
      return nil
    }
    // The value there may be long, and it may be private.
    let end = line.firstRange(of: ": ")?.lowerBound ?? line.endIndex
    return line[..<end].dropFirst(5).split(separator: ", ").map(String.init)
  }
}
